package org.quotaledger.pricing;

/**
 * The tokens that one request used, each counted once.
 *
 * <p>Providers report input in two ways, and taking one for the other bills cached tokens twice or not at all, so the
 * way is named at every call:
 *
 * <ul>
 *   <li>{@link #inclusive inclusive}: the input count includes the cached tokens. OpenAI and those who follow its format:
 *       {@code cached_tokens} is "how many of the prompt tokens were a cache hit" (OpenAI's prompt caching guide).
 *   <li>{@link #exclusive exclusive}: the input count excludes them. Anthropic: "total input tokens in a request is the
 *       summation of {@code input_tokens}, {@code cache_creation_input_tokens}, and {@code cache_read_input_tokens}"
 *       (Messages API reference).
 * </ul>
 *
 * <p>Reasoning tokens are output tokens, as providers count them. Immutable and thread-safe.
 *
 * @param plainInput input tokens neither read from nor written to a cache
 * @param cachedRead input tokens read from a cache
 * @param cachedWrite5m input tokens written to a cache that keeps them for 5 minutes, or for as long as the provider's
 *     cache does if it knows only one duration
 * @param cachedWrite1h input tokens written to a cache that keeps them for 1 hour
 * @param output output tokens
 */
public record TokenUsage(long plainInput, long cachedRead, long cachedWrite5m, long cachedWrite1h, long output) {

    /** No tokens. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

    /**
     * @throws IllegalArgumentException if a count is negative
     * @throws ArithmeticException if the counts together are more than a {@code long} holds
     */
    public TokenUsage {
        notNegative("plain input", plainInput);
        notNegative("cached read", cachedRead);
        notNegative("cached write (5 minutes)", cachedWrite5m);
        notNegative("cached write (1 hour)", cachedWrite1h);
        notNegative("output", output);
        // The sums that inputTokens() and totalTokens() return are known to fit from here on.
        long room = Long.MAX_VALUE - plainInput - cachedRead;
        if (room < 0 || (room -= cachedWrite5m) < 0 || (room -= cachedWrite1h) < 0 || room < output) {
            throw new ArithmeticException("tokens are together more than " + Long.MAX_VALUE + ": " + plainInput + " + "
                    + cachedRead + " + " + cachedWrite5m + " + " + cachedWrite1h + " + " + output);
        }
    }

    /** Returns the usage of a request that touched no cache. */
    public static TokenUsage of(long input, long output) {
        return new TokenUsage(input, 0, 0, 0, output);
    }

    /**
     * Returns the usage as OpenAI reports it: {@code prompt_tokens}, of which {@code cached_tokens}, and
     * {@code completion_tokens}.
     *
     * @param input all input tokens, those read from the cache included
     * @throws IllegalArgumentException if a count is negative or {@code cachedRead} is more than {@code input}
     */
    public static TokenUsage inclusive(long input, long cachedRead, long output) {
        return inclusive(input, cachedRead, 0, 0, output);
    }

    /**
     * Returns the usage of a request whose input count includes the cached tokens.
     *
     * @param input all input tokens, those read from and written to a cache included
     * @throws IllegalArgumentException if a count is negative or the cached tokens are more than {@code input}
     */
    public static TokenUsage inclusive(
            long input, long cachedRead, long cachedWrite5m, long cachedWrite1h, long output) {
        notNegative("input", input);
        // The counts are checked before they are taken away, so that no negative one can add to the plain input.
        notNegative("cached read", cachedRead);
        notNegative("cached write (5 minutes)", cachedWrite5m);
        notNegative("cached write (1 hour)", cachedWrite1h);
        long plain = input;
        if ((plain -= cachedRead) < 0 || (plain -= cachedWrite5m) < 0 || (plain -= cachedWrite1h) < 0) {
            throw new IllegalArgumentException("cached tokens are more than the " + input
                    + " input tokens that include them: " + cachedRead + " read + " + cachedWrite5m
                    + " written for 5 minutes + " + cachedWrite1h + " written for 1 hour");
        }
        return new TokenUsage(plain, cachedRead, cachedWrite5m, cachedWrite1h, output);
    }

    /**
     * Returns the usage as Anthropic reports it: {@code input_tokens}, {@code cache_read_input_tokens},
     * {@code ephemeral_5m_input_tokens}, {@code ephemeral_1h_input_tokens} and {@code output_tokens}.
     *
     * @param input the input tokens neither read from nor written to a cache
     * @throws IllegalArgumentException if a count is negative
     * @throws ArithmeticException if the counts together are more than a {@code long} holds
     */
    public static TokenUsage exclusive(
            long input, long cachedRead, long cachedWrite5m, long cachedWrite1h, long output) {
        return new TokenUsage(input, cachedRead, cachedWrite5m, cachedWrite1h, output);
    }

    /** Returns all billed input tokens, plain, read and written: what selects the price above a threshold. */
    public long inputTokens() {
        return plainInput + cachedRead + cachedWrite5m + cachedWrite1h;
    }

    /** Returns all tokens, input and output: what a meter of tokens is charged. */
    public long totalTokens() {
        return inputTokens() + output;
    }

    private static void notNegative(String name, long tokens) {
        if (tokens < 0) {
            throw new IllegalArgumentException(name + " tokens are negative: " + tokens);
        }
    }
}
