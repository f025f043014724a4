import CQrcodegen

/// A QR code: a square of dark and light modules.
package struct QRCode: Sendable, Equatable {
    /// Why there is no code.
    package enum Failure: Error, Sendable, Equatable {
        /// Longer than the largest code holds at this level (2,331 bytes).
        case tooLong(bytes: Int)
        case empty
        case encoder
    }

    /// Modules a side, without the quiet zone.
    package let size: Int
    /// Row by row, `size * size` of them; true is dark.
    package let modules: [Bool]

    /// Light modules that the standard wants around a code on every side.
    package static let quietZone = 4
    private static let capacity = 2331

    /// How the pattern is chosen that is laid over the code, so that no part of it looks like something else. Readers take any of the eight.
    package enum Mask: Sendable {
        /// The best of the eight, as ISO/IEC 18004, 7.8.3, weighs them: for paper, which is read from afar and once it is crumpled.
        case weighed
        /// Always the same: a tenth of the time, for what is made anew for everybody and read from a screen.
        case fixed
    }

    /// Encodes the UTF-8 of `text` at level M, which survives the loss of 15 % of its area: a fold or a stain on paper.
    package init(_ text: String, mask: Mask = .weighed) throws(Failure) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.capacity else { throw .tooLong(bytes: bytes.count) }
        let longest = Int(qrcodegen_buffer_length)
        var given = bytes + Array(repeating: 0, count: longest - bytes.count)
        var code = [UInt8](repeating: 0, count: longest)
        guard
            qrcodegen_encodeBinary(
                &given, bytes.count, &code, qrcodegen_Ecc_MEDIUM, qrcodegen_VERSION_MIN, qrcodegen_VERSION_MAX,
                mask == .fixed ? qrcodegen_Mask_2 : qrcodegen_Mask_AUTO, false)
        else { throw .encoder }
        let size = qrcodegen_getSize(code)
        self.size = Int(size)
        modules = code.withUnsafeBufferPointer { code in
            (0..<size * size).map { qrcodegen_getModule(code.baseAddress, $0 % size, $0 / size) }
        }
    }

    /// Whether the module is dark; light outside the code.
    package func isDark(_ row: Int, _ column: Int) -> Bool {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return false }
        return modules[row * size + column]
    }

    /// The code as a picture for a page, quiet zone included. No style and no script, so the strictest policy shows it.
    ///
    /// It is hidden from screen readers: the page says beside it, in words or as a link, what it leads to.
    /// - Parameter module: pixels a module.
    package func svg(module: Int = 4) -> String {
        let pixels = side * max(1, module)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(pixels)" height="\(pixels)" \
            viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges" aria-hidden="true" focusable="false">\
            \(drawing)</svg>
            """
    }

    /// The same, to be drawn in many places of a page by `<use href="#…">`. It shows nothing by itself.
    /// - Parameter id: of the element; nothing that has to be escaped.
    package func symbol(_ id: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="0" height="0" aria-hidden="true" focusable="false">\
        <symbol id="\(id)" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">\(drawing)</symbol></svg>
        """
    }

    /// Modules a side, with the quiet zone.
    private var side: Int { size + 2 * Self.quietZone }

    /// One line a row, of the height of a module, lifted where it is light: half as many bytes as a rectangle a stretch.
    private var drawing: String {
        // Bytes: a text that grows letter by letter took longer than the code itself.
        var path: [UInt8] = []
        path.reserveCapacity(size * size * 3)
        func add(_ number: Int) {
            if number >= 100 { path.append(UInt8(ascii: "0") + UInt8(number / 100)) }
            if number >= 10 { path.append(UInt8(ascii: "0") + UInt8(number / 10 % 10)) }
            path.append(UInt8(ascii: "0") + UInt8(number % 10))
        }
        for row in 0..<size {
            path.append(UInt8(ascii: "M"))
            add(Self.quietZone)
            path.append(UInt8(ascii: " "))
            add(row + Self.quietZone)
            path.append(contentsOf: [UInt8(ascii: "."), UInt8(ascii: "5")])
            var column = 0
            while column < size {
                let (start, isDark) = (column, modules[row * size + column])
                while column < size, modules[row * size + column] == isDark { column += 1 }
                // What is light at the end of a row is not drawn.
                if !isDark, column == size { break }
                path.append(isDark ? UInt8(ascii: "h") : UInt8(ascii: "m"))
                add(column - start)
                if !isDark { path.append(contentsOf: [UInt8(ascii: " "), UInt8(ascii: "0")]) }
            }
        }
        return "<path fill=\"#ffffff\" d=\"M0 0h\(side)v\(side)h-\(side)z\"/><path stroke=\"#000000\" d=\""
            + String(decoding: path, as: UTF8.self) + "\"/>"
    }

    /// The dark stretches of a row.
    func runs(ofRow row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var column = 0
        while column < size {
            let start = column
            while column < size, modules[row * size + column] { column += 1 }
            if column > start { runs.append(start..<column) }
            column += 1
        }
        return runs
    }
}
