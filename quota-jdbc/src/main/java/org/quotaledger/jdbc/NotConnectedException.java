package org.quotaledger.jdbc;

import java.sql.SQLException;

/** No connection could be had: the work was not tried. */
final class NotConnectedException extends SQLException {

    private static final long serialVersionUID = 1L;

    NotConnectedException(String why, Throwable cause) {
        super(why, "08001", cause);
    }
}
