package org.quotaledger.examples.replay;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds up a trace by itself: the digits of two text files, and nothing of the library. */
record IndependentSum(long requests, BigDecimal tokens, BigDecimal usd) {

    static IndependentSum of(Path trace, Path prices, String model) throws IOException {
        String entry = entry(Files.readString(prices), model);
        BigDecimal perInput = price(entry, "input_cost_per_token");
        BigDecimal perOutput = price(entry, "output_cost_per_token");
        BigDecimal tokens = BigDecimal.ZERO;
        BigDecimal usd = BigDecimal.ZERO;
        List<String> lines = Files.readAllLines(trace);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.strip().split(",");
            BigDecimal input = new BigDecimal(cells[1]);
            BigDecimal output = new BigDecimal(cells[2]);
            tokens = tokens.add(input).add(output);
            BigDecimal cost = input.multiply(perInput).add(output.multiply(perOutput));
            usd = usd.add(cost.setScale(8, RoundingMode.HALF_UP));
        }
        return new IndependentSum(lines.size() - 1, tokens, usd);
    }

    /** Returns the text between the braces of the model's entry. */
    private static String entry(String json, String model) {
        int start = json.indexOf('{', json.indexOf("\"" + model + "\""));
        int depth = 1;
        int end = start;
        while (depth > 0) {
            end++;
            depth += json.charAt(end) == '{' ? 1 : json.charAt(end) == '}' ? -1 : 0;
        }
        return json.substring(start, end);
    }

    private static BigDecimal price(String entry, String key) {
        Matcher price = Pattern.compile("\"" + key + "\"\\s*:\\s*([0-9.eE+-]+)").matcher(entry);
        if (!price.find()) {
            throw new IllegalStateException("no " + key + " in " + entry);
        }
        return new BigDecimal(price.group(1));
    }
}
