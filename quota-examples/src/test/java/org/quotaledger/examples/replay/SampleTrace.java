package org.quotaledger.examples.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes a trace up: bursts and lulls over three hours and a midnight, some requests at the same instant. */
final class SampleTrace {

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSS");

    private SampleTrace() {}

    static Path write(Path file, long seed, int rows) throws IOException {
        Random random = new Random(seed);
        LocalDateTime at = LocalDateTime.of(2026, 3, 9, 22, 30);
        List<String> lines = new ArrayList<>(List.of(Trace.HEADER));
        for (int i = 0; i < rows; i++) {
            long tenthsOfMicros = random.nextInt(10) == 0 ? 0 : random.nextLong(2L * 10_800 * 10_000_000 / rows);
            at = at.plus(tenthsOfMicros * 100, ChronoUnit.NANOS);
            lines.add(TIMESTAMP.format(at) + "," + random.nextInt(5_000) + "," + random.nextInt(700));
        }
        return Files.writeString(file, String.join("\r\n", lines));
    }
}
