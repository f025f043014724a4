import CPangoCairo
import Synchronization

/// Draws a receipt as one PNG that a telephone can keep: paper, ink and one stamp.
package enum ReceiptPicture {
    package enum Failure: Error, Sendable, Equatable {
        /// More than fits a picture: `ReceiptPicture.longestPicture` pixels high.
        case tooLong
        /// No font with the characters of the title is installed; a picture of empty boxes would help nobody.
        case noFont
        case code(QRCode.Failure)
        /// Cairo said no; its own words.
        case drawing(String)
    }

    /// Pixels wide.
    package static let width = 1080
    /// Pixels high at most: room for one value of 6,000 and everything else of a receipt. One takes about 40 MB while it is
    /// drawn, never more.
    package static let longestPicture = 9_000

    /// Pango keeps caches in its font map and is not safe to share between threads; drawing takes milliseconds, so one at a time.
    private static let pen = Mutex(())

    /// The PNG. Can be called from any thread; it computes, so never call it on the cooperative pool.
    ///
    /// Every value is drawn up to 6,000 px (about 2,800 Chinese characters without line breaks) and ends in … beyond that.
    /// - Throws: `Failure`.
    package static func png(_ slip: ReceiptSlip) throws(Failure) -> [UInt8] {
        let code: QRCode?
        do { code = try slip.qr.map { text throws(QRCode.Failure) in try QRCode(text) } } catch { throw .code(error) }
        let result = pen.withLock { _ -> Result<[UInt8], Failure> in
            do throws(Failure) {
                let sheet = Sheet()
                let plan = ReceiptPlan(slip, code: code, on: sheet)
                guard !plan.lacksFont else { throw .noFont }
                guard plan.height <= longestPicture else { throw .tooLong }
                return .success(try sheet.png(width: width, height: plan.height, drawing: plan.draw))
            } catch { return .failure(error) }
        }
        return try result.get()
    }
}

/// Where everything on a receipt goes. All lengths are pixels.
private struct ReceiptPlan {
    private static let margin = 36.0
    private static let padding = 60.0
    private static let left = margin + padding
    private static let right = Double(ReceiptPicture.width) - margin - padding
    private static let labelWidth = 190.0
    private static let stampSize = 196.0
    /// What a QR code should measure; it becomes a whole number of pixels a module, because a camera reads edges.
    private static let codeSide = 224.0
    private static let smallestModule = 3.0
    private static let highestValue = 6000.0

    private var texts: [(text: TextBlock, x: Double, y: Double, ink: Ink)] = []
    private var stamp: [TextBlock] = []
    private var hairline: Double?
    private let code: QRCode?
    private let module: Double
    private var codeTop = 0.0
    private var codeLeft = 0.0
    private let slipHeight: Double
    let height: Int
    let lacksFont: Bool

    init(_ slip: ReceiptSlip, code: QRCode?, on sheet: Sheet) {
        self.code = code
        module = code.map { max(Self.smallestModule, (Self.codeSide / Double($0.size)).rounded()) } ?? 0
        let side = module * Double(code?.size ?? 0)
        codeLeft = (Self.right - side).rounded()
        let stampLeft = Self.right - Self.stampSize + 14
        let stampBottom = Self.margin + 44 + Self.stampSize
        func room(_ x: Double, _ y: Double) -> Double {
            (y < stampBottom && !slip.stamp.isEmpty ? stampLeft - 28 : Self.right) - x
        }

        var y = Self.margin + 62
        if !slip.masthead.isEmpty {
            let text = TextBlock(slip.masthead, .sans(25), on: sheet, width: room(Self.left, y), lines: 2)
            texts.append((text, Self.left, y, .soft))
            y += text.height + 6
        }
        let title = TextBlock(slip.title, .serif(46), on: sheet, width: room(Self.left, y), lines: 3)
        lacksFont = title.unknownGlyphs > 0
        texts.append((title, Self.left, y, .ink))
        y += title.height + 30

        for row in slip.rows {
            let label = TextBlock(row.label, .sans(29), on: sheet, width: Self.labelWidth - 24, lines: 3)
            let x = Self.left + Self.labelWidth
            let face: Face = row.monospaced ? .mono(30) : .sans(30)
            let value = TextBlock(row.value, face, on: sheet, width: room(x, y), height: Self.highestValue)
            // Label and first line of the value stand on one line of writing, whatever their fonts.
            let shift = max(label.baseline, value.baseline)
            texts.append((label, Self.left, y + shift - label.baseline, .soft))
            texts.append((value, x, y + shift - value.baseline, .ink))
            y += shift + max(label.height - label.baseline, value.height - value.baseline) + 15
        }
        y = max(y, stampBottom) + 16

        if code != nil || !slip.footer.isEmpty {
            hairline = y
            y += 34
            codeTop = y.rounded(.up)
            var bottom = codeTop + side
            if code != nil, !slip.qrCaption.isEmpty {
                let caption = TextBlock(slip.qrCaption, .sans(22), on: sheet, width: side, lines: 3, centred: true)
                // Below the four light modules that belong to the code.
                bottom += 4 * module
                texts.append((caption, codeLeft, bottom, .soft))
                bottom += caption.height
            }
            var line = y
            for footer in slip.footer {
                let text = TextBlock(
                    footer, .sans(25), on: sheet, width: codeLeft - Self.left - (code == nil ? 0 : 56), lines: 6)
                texts.append((text, Self.left, line, .soft))
                line += text.height + 10
            }
            y = max(bottom, line)
        }
        slipHeight = y + 48 - Self.margin
        height = Int((y + 48 + Self.margin).rounded(.up))

        // The stamp's words fill the ring, whatever their language.
        for (position, line) in slip.stamp.prefix(2).enumerated() {
            let wanted = position == 0 ? 40.0 : 34.0
            let drawn = TextBlock(line, .serif(wanted), on: sheet)
            let fits = min(1, Self.stampSize * 0.76 / max(1, drawn.width))
            stamp.append(fits == 1 ? drawn : TextBlock(line, .serif(wanted * fits), on: sheet))
        }
    }

    func draw(_ brush: Brush) {
        brush.fill(0, 0, Double(ReceiptPicture.width), Double(height), .paper)
        let (x, y, wide) = (Self.margin, Self.margin, Double(ReceiptPicture.width) - 2 * Self.margin)
        brush.fill(x, y, wide, slipHeight, .line)
        brush.fill(x + 2, y, wide - 4, slipHeight - 4, .card)
        // The double rule of an official paper.
        brush.fill(x, y, wide, 5, .ink)
        brush.fill(x, y + 9, wide, 2, .ink)
        if let hairline { brush.fill(Self.left, hairline, Self.right - Self.left, 2, .line) }
        if let code { draw(code, brush) }
        for item in texts { brush.write(item.text, item.x, item.y, item.ink) }
        drawStamp(brush)
    }

    private func draw(_ code: QRCode, _ brush: Brush) {
        for row in 0..<code.size {
            for run in code.runs(ofRow: row) {
                brush.fill(
                    codeLeft + Double(run.lowerBound) * module, codeTop + Double(row) * module,
                    Double(run.count) * module, module, .ink)
            }
        }
    }

    /// A ring of one line with words: clearly not an official seal, which carries a star and the name of its organ.
    private func drawStamp(_ brush: Brush) {
        guard !stamp.isEmpty else { return }
        let radius = Self.stampSize / 2
        brush.turned(
            aroundX: Self.right - radius + 14, y: Self.margin + 44 + radius, degrees: -8
        ) {
            brush.ring(radius: radius - 4, thickness: 5.5, .stamp)
            let gap = -8.0
            let all = stamp.reduce(0) { $0 + $1.height } + gap * Double(stamp.count - 1)
            var top = -all / 2
            for line in stamp {
                brush.write(line, -line.width / 2, top, .stamp)
                top += line.height + gap
            }
        }
    }
}
