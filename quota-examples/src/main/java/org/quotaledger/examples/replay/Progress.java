package org.quotaledger.examples.replay;

import java.io.PrintStream;
import java.util.Locale;

/** Says how far the replay is, at every tenth of it. Thread-safe. */
final class Progress {

    private final PrintStream out;
    private final boolean quiet;
    private final long total;
    private final Object lock = new Object();

    /** Guarded by the lock. */
    private long done;

    Progress(PrintStream out, boolean quiet, long total) {
        this.out = out;
        this.quiet = quiet;
        this.total = total;
    }

    void oneMore() {
        synchronized (lock) {
            done++;
            if (!quiet && done * 10 / total > (done - 1) * 10 / total) {
                out.println(String.format(Locale.ROOT, "%,d of %,d requests", done, total));
            }
        }
    }
}
