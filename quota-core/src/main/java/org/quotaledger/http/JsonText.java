package org.quotaledger.http;

/** Writes one JSON text, RFC 8259, from its first character to its last. Not thread-safe. */
final class JsonText {

    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out = new StringBuilder();

    /** Whether the next value follows another one of the same object or array. */
    private boolean follows;

    JsonText beginObject() {
        return open('{');
    }

    JsonText endObject() {
        return close('}');
    }

    JsonText beginArray() {
        return open('[');
    }

    JsonText endArray() {
        return close(']');
    }

    /** Writes the name of a member; its value comes next. */
    JsonText name(String name) {
        value(name);
        out.append(':');
        follows = false;
        return this;
    }

    JsonText value(String text) {
        separate();
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || unpaired(text, i)) {
                escape(c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
        return this;
    }

    JsonText value(int number) {
        separate();
        out.append(number);
        return this;
    }

    JsonText nullValue() {
        separate();
        out.append("null");
        return this;
    }

    private JsonText open(char bracket) {
        separate();
        out.append(bracket);
        follows = false;
        return this;
    }

    private JsonText close(char bracket) {
        out.append(bracket);
        follows = true;
        return this;
    }

    private void separate() {
        if (follows) {
            out.append(',');
        }
        follows = true;
    }

    /** Half of a surrogate pair has no UTF-8: written as it is, it would become a question mark on the wire. */
    private static boolean unpaired(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }

    private void escape(char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
        }
    }

    /** Returns what was written. */
    @Override
    public String toString() {
        return out.toString();
    }
}
