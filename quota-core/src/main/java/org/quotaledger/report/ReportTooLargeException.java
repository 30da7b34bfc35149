package org.quotaledger.report;

/** A report would have more lines than one report may: read it page by page, or ask for less. */
public final class ReportTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReportTooLargeException(int most) {
        super("report has more than " + most + " lines: read it page by page, narrow the query, or group by less");
    }
}
