package org.quotaledger.account;

/** What a text must be so that every store keeps it as it is and every log shows it on one line. */
public final class OpaqueText {

    private OpaqueText() {}

    /**
     * Checks a text that names something.
     *
     * @param what what the text is, for the message
     * @param maxLength the most {@code char}s allowed
     * @return the text
     * @throws IllegalArgumentException if it is empty, too long, or holds a control character or an unpaired surrogate
     */
    public static String check(String what, String text, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            throw new IllegalArgumentException(
                    what + " has " + text.length() + " characters: expected 1 to " + maxLength);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                throw new IllegalArgumentException(what + " has the control character U+" + Integer.toHexString(c)
                        + " at " + i + ": expected none");
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new IllegalArgumentException(what + " has half of a surrogate pair at " + i + ": expected none");
            }
        }
        return text;
    }
}
