import CLibpq

extension Session {
    /// Hands the closure what a `copy … to stdout` sends, piece by piece (in the text formats a row each), in constant
    /// memory. A piece is valid only while the closure runs; when it throws, the server is told to stop.
    ///
    /// `copy` takes no parameters, so its text is a literal.
    package borrowing func copyOut(_ statement: StaticString, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        connection.beginReading()
        try connection.copyOut(statement, body)
    }

    /// Runs a `copy … from stdin` with what the closure writes, in pieces of any size, in constant memory; returns the
    /// number of rows. When the closure throws, none of them is taken. What the server objects to is thrown at the end.
    ///
    /// Into a temporary table, from which an `insert … select` goes on: where there is row-level security, `copy` is
    /// refused (0A000).
    @discardableResult
    package borrowing func copyIn(
        _ statement: StaticString, _ body: (_ write: (borrowing [UInt8]) throws -> Void) throws -> Void
    ) throws -> Int {
        try connection.copyIn(statement, body)
    }
}

extension Connection {
    fileprivate func copyOut(_ statement: StaticString, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try startCopy(statement, expecting: PGRES_COPY_OUT)
        do {
            while try takePiece(body) {}
        } catch {
            if isBroken { throw error }
            canceller?.cancel()
            while try takePiece({ _ in }) {}
            // What it says now is that it was cancelled, as we asked.
            do { try drain() } catch let lost as ConnectionLost { throw lost } catch {}
            absorbCancel()
            throw error
        }
        try drain()
    }

    /// False at the end of the copy.
    private func takePiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        while true {
            var piece: UnsafeMutablePointer<CChar>?
            let size = PQgetCopyData(handle, &piece, 1)
            switch size {
            case 1...:
                defer { PQfreemem(piece) }
                try body(UnsafeRawBufferPointer(start: piece, count: Int(size)))
                return true
            case 0:
                try wait()
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            case -1: return false
            default: throw lost()
            }
        }
    }

    fileprivate func copyIn(
        _ statement: StaticString, _ body: (_ write: (borrowing [UInt8]) throws -> Void) throws -> Void
    ) throws -> Int {
        try startCopy(statement, expecting: PGRES_COPY_IN)
        var unsent = 0
        do {
            try body { piece in
                // The server would go on taking what it no longer wants.
                if let interruption = ticket?.interruption { throw interruption.error }
                try put(piece)
                unsent += piece.count
                // In non-blocking mode libpq keeps what the socket does not take, without a limit.
                if unsent >= 65_536 {
                    try flush()
                    unsent = 0
                }
            }
        } catch {
            if isBroken { throw error }
            guard PQputCopyEnd(handle, "given up") == 1 else { throw lost() }
            try flush()
            do { try drain() } catch let lost as ConnectionLost { throw lost } catch {}  // it was given up, as we said
            throw error
        }
        guard PQputCopyEnd(handle, nil) == 1 else { throw lost() }
        try flush()
        return try drain()
    }

    private func put(_ piece: borrowing [UInt8]) throws(ConnectionLost) {
        let taken = piece.withUnsafeBytes { bytes in
            PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count))
        }
        guard taken == 1, piece.count <= Int(Int32.max) else { throw lost() }
    }

    private func startCopy(_ statement: StaticString, expecting status: ExecStatusType) throws {
        try sendOpening()
        guard !isBroken, PQsendQuery(handle, "\(statement)") == 1 else { throw lost() }
        try flush()
        guard let result = try nextResult() else { throw lost() }
        if PQresultStatus(result) == status { return PQclear(result) }
        try drain(result)
        throw PostgresError(state: "42601", message: "not a copy in this direction")
    }
}
