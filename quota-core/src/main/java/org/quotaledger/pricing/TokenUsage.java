package org.quotaledger.pricing;

import java.util.Optional;

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
 * <p>Reasoning tokens are output tokens, as providers count them.
 *
 * <p>The counts come from a provider, after the request was served, so none of them is an error here. Counts that cannot
 * be true, such as more cached tokens than input tokens, are a value with a {@link #contradiction}, and unpriceable. A
 * report of zeros is the usage of no token: it is priced at zero, unless a book takes it for a missing usage
 * ({@link PriceBook.Builder#zeroUsageIsMissing}). Immutable and thread-safe.
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

    /** Returns the usage of a request that touched no cache. */
    public static TokenUsage of(long input, long output) {
        return new TokenUsage(input, 0, 0, 0, output);
    }

    /**
     * Returns the usage as OpenAI reports it: {@code prompt_tokens}, of which {@code cached_tokens}, and
     * {@code completion_tokens}.
     *
     * @param input all input tokens, those read from the cache included; fewer than those are a {@link #contradiction}
     */
    public static TokenUsage inclusive(long input, long cachedRead, long output) {
        return inclusive(input, cachedRead, 0, 0, output);
    }

    /**
     * Returns the usage of a request whose input count includes the cached tokens.
     *
     * @param input all input tokens, those read from and written to a cache included; fewer than those are a
     *     {@link #contradiction}
     */
    public static TokenUsage inclusive(
            long input, long cachedRead, long cachedWrite5m, long cachedWrite1h, long output) {
        long plain = minus(minus(minus(input, cachedRead), cachedWrite5m), cachedWrite1h);
        return new TokenUsage(plain, cachedRead, cachedWrite5m, cachedWrite1h, output);
    }

    /**
     * Returns the usage as Anthropic reports it: {@code input_tokens}, {@code cache_read_input_tokens},
     * {@code ephemeral_5m_input_tokens}, {@code ephemeral_1h_input_tokens} and {@code output_tokens}.
     *
     * @param input the input tokens neither read from nor written to a cache
     */
    public static TokenUsage exclusive(
            long input, long cachedRead, long cachedWrite5m, long cachedWrite1h, long output) {
        return new TokenUsage(input, cachedRead, cachedWrite5m, cachedWrite1h, output);
    }

    /**
     * Returns why the counts cannot be true, for people, or empty if they can: one is negative, the cached tokens are more
     * than the input that includes them, or all together are more than a {@code long} holds.
     */
    public Optional<String> contradiction() {
        if (countsNoneBelowZero() && sumFits()) {
            return Optional.empty();
        }
        return Optional.of(
                "plain input " + plainInput + " (input less the cached tokens that it includes), cached read "
                        + cachedRead + ", cached write (5 minutes) " + cachedWrite5m + ", cached write (1 hour) "
                        + cachedWrite1h
                        + ", output " + output + ": expected none below 0, and a sum of at most " + Long.MAX_VALUE);
    }

    private boolean countsNoneBelowZero() {
        return plainInput >= 0 && cachedRead >= 0 && cachedWrite5m >= 0 && cachedWrite1h >= 0 && output >= 0;
    }

    /** Of counts of which none is below zero. */
    private boolean sumFits() {
        long room = Long.MAX_VALUE - plainInput - cachedRead;
        return room >= 0 && (room -= cachedWrite5m) >= 0 && (room -= cachedWrite1h) >= 0 && room >= output;
    }

    /** Returns whether every count is zero. */
    public boolean isZero() {
        return equals(NONE);
    }

    /**
     * Returns all billed input tokens, plain, read and written: what selects the price above a threshold. Of counts with a
     * {@link #contradiction} those below zero are left out, and the sum is at most {@link Long#MAX_VALUE}.
     */
    public long inputTokens() {
        return plus(plus(plus(Math.max(0, plainInput), cachedRead), cachedWrite5m), cachedWrite1h);
    }

    /**
     * Returns all tokens, input and output: what a meter of tokens is charged. Of counts with a {@link #contradiction} those
     * below zero are left out, and the sum is at most {@link Long#MAX_VALUE}: ask for that first.
     */
    public long totalTokens() {
        return plus(inputTokens(), output);
    }

    private static long plus(long sum, long tokens) {
        return tokens <= 0 ? sum : sum > Long.MAX_VALUE - tokens ? Long.MAX_VALUE : sum + tokens;
    }

    /** Returns the difference, at most and at least a long. A negative part makes it wrong, and is a contradiction itself. */
    private static long minus(long tokens, long part) {
        long left = tokens - part;
        boolean overflows = ((tokens ^ part) & (tokens ^ left)) < 0;
        return overflows ? (tokens < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : left;
    }
}
