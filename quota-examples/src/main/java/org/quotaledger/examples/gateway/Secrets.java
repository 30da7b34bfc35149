package org.quotaledger.examples.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Makes keys, and hashes them. Stateless. */
final class Secrets {

    private static final int KEY_BYTES = 32;

    private Secrets() {}

    /** Returns a new key: the prefix, then 256 random bits. */
    static String newKey(String prefix) {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /**
     * Returns the SHA-256 of a text in hexadecimal. Good enough to keep a key by because the key is 256 random bits: there
     * is nothing to guess that a slow hash would have to protect.
     */
    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Returns whether both are the same, in a time that does not tell where they differ. */
    static boolean sameHash(String hash, String other) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
