import Foundation
import Slips
import Testing

@Suite struct QRCodeTests {
    @Test func hasTheShapeOfACode() throws {
        let code = try QRCode("https://example.gov.cn/receipts/MY-2026-000127-0")
        #expect((code.size - 17) % 4 == 0)
        #expect(code.modules.count == code.size * code.size)
        // The three finder patterns: a dark frame, a light one, a dark heart.
        for (row, column) in [(0, 0), (0, code.size - 7), (code.size - 7, 0)] {
            for step in 0..<7 {
                #expect(code.isDark(row, column + step) && code.isDark(row + 6, column + step))
                #expect(code.isDark(row + step, column) && code.isDark(row + step, column + 6))
            }
            #expect(!code.isDark(row + 1, column + 1) && code.isDark(row + 3, column + 3))
        }
        #expect(!code.isDark(-1, 0) && !code.isDark(0, code.size))
    }

    @Test func isAPictureWithoutStyleOrScript() throws {
        let code = try QRCode("民意")
        let svg = code.svg(module: 3)
        let side = (code.size + 8) * 3
        #expect(svg.contains("width=\"\(side)\" height=\"\(side)\""))
        #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>"))
        for forbidden in ["style", "<script", "onload", "href"] { #expect(!svg.contains(forbidden)) }
        #expect(svg.contains("d=\"M4 4.5h7m"))
        let symbol = code.symbol("here")
        #expect(symbol.contains("<symbol id=\"here\"") && symbol.contains("d=\"M4 4.5h7m"))
    }

    /// Drawn back from its lines, the picture is the code: nothing that cannot be scanned goes out.
    @Test(arguments: [2, 60, 2331], [QRCode.Mask.weighed, .fixed])
    func theLinesAreTheModules(bytes: Int, mask: QRCode.Mask) throws {
        let code = try QRCode(String(repeating: "a", count: bytes), mask: mask)
        let path = try #require(code.svg().firstMatch(of: /stroke="#000000" d="([^"]*)"/)).output.1
        var drawn = [Bool](repeating: false, count: code.size * code.size)
        for line in path.split(separator: "M") {
            let start = try #require(line.firstMatch(of: /^([0-9]+) ([0-9]+)\.5/)).output
            let row = try #require(Int(start.2)) - QRCode.quietZone
            var column = try #require(Int(start.1)) - QRCode.quietZone
            for step in line.dropFirst(start.0.count).matches(of: /([hm])([0-9]+)/) {
                let length = try #require(Int(step.output.2))
                if step.output.1 == "h" {
                    for place in column..<column + length { drawn[row * code.size + place] = true }
                }
                column += length
            }
        }
        #expect(drawn == code.modules)
    }

    /// ISO/IEC 18004, table C.1, for level M: what a code says of its level and its mask, the highest bit first.
    private static let formats = [
        "101010000010010", "101000100100101", "101111001111100", "101101101001011", "100010111111001",
        "100000011001110", "100111110010111", "100101010100000",
    ]

    private func format(of code: QRCode) -> String {
        let places = [0, 1, 2, 3, 4, 5, 7, 8].map { (8, $0) } + [7, 5, 4, 3, 2, 1, 0].map { ($0, 8) }
        return places.map { code.isDark($0.0, $0.1) ? "1" : "0" }.joined()
    }

    @Test func aScreenNeedsNoWeighedMask() throws {
        for number in 127..<137 {
            let text = "https://example.gov.cn/receipts/MY-2026-000\(number)-0"
            let (weighed, fixed) = (try QRCode(text), try QRCode(text, mask: .fixed))
            #expect(format(of: fixed) == Self.formats[2])
            #expect(Self.formats.contains(format(of: weighed)))
            #expect(weighed.size == fixed.size)
        }
        let masks = try (0..<40).map { format(of: try QRCode("MY-\($0)")) }
        #expect(Set(masks).count > 1)
    }

    @Test func refusesWhatDoesNotFit() throws {
        #expect(throws: QRCode.Failure.empty) { try QRCode("") }
        #expect(throws: QRCode.Failure.tooLong(bytes: 2400)) { try QRCode(String(repeating: "民", count: 800)) }
        #expect(try QRCode(String(repeating: "a", count: 2331)).size == 177)
    }
}

@Suite struct ReceiptPictureTests {
    static let slip = ReceiptSlip(
        masthead: "龙川县公众参与平台", title: "意见回执", stamp: ["已收到", "11.28"],
        rows: [
            .init("编号", "MY-2020-003817-4", monospaced: true), .init("查询码", "4072 9518 3364", monospaced: true),
            .init("收到时间", "2020年11月28日 21:14:06"), .init("针对", "社会救助目录 第 5 行\n最低生活保障 · 政策法规文件"),
            .init("内容", "二十个工作日太长，村里老人等不及，建议改回十个工作日。"),
            .init("凭证", "9f2c4b1e7a0d3c5568e1f7a2b9c04d6e3f8a1b2c5d7e9f00112233445566e41a", monospaced: true),
        ],
        qr: "https://minyi.example.gov.cn/receipts/MY-2020-003817-4", qrCaption: "扫码查看处理结果",
        footer: ["请保存这张回执：凭编号和查询码可以查看处理结果，也可以在截止前撤回。", "本回执证明意见已经收到，不是行政机关的印章。"])

    /// Width and height as the PNG's header says.
    private func size(_ png: [UInt8]) -> (Int, Int) {
        func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        guard png.count > 24 else { return (0, 0) }
        return (number(16), number(20))
    }

    @Test func drawsAPNG() throws {
        let png = try ReceiptPicture.png(Self.slip)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        let (width, height) = size(png)
        #expect(width == 1080 && (800...1600).contains(height))
        if let path = ProcessInfo.processInfo.environment["MINYI_RECEIPT_PICTURE"] {
            try Data(png).write(to: URL(fileURLWithPath: path))
        }
        #expect(try ReceiptPicture.png(Self.slip) == png)
    }

    @Test func growsWithItsText() throws {
        var slip = Self.slip
        slip.rows[4].value = String(repeating: "二十个工作日太长，", count: 222)
        let (_, height) = try size(ReceiptPicture.png(slip))
        #expect((4000...8000).contains(height))
        // Line breaks only: cut, not refused.
        slip.rows[4].value = String(repeating: "\n", count: 2000)
        #expect(try size(ReceiptPicture.png(slip)).1 < 8000)
        slip.rows = (0..<4).map { .init("\($0)", String(repeating: "一\n", count: 1000)) }
        #expect(throws: ReceiptPicture.Failure.tooLong) { try ReceiptPicture.png(slip) }
    }

    @Test func drawsWhateverPeopleWrite() throws {
        var slip = Self.slip
        slip.rows[4].value =
            "<b>不是</b> &amp; \0 \u{1B} 👨‍👩‍👧 ئۇيغۇرچە བོད་ཡིག ᠮᠣᠩᠭᠣᠯ \u{202E}abc\u{301}\u{301}"
            + String(repeating: "x", count: 500)
        slip.stamp = ["RECEIVED", "28 November"]
        slip.title = "Receipt"
        #expect(try size(ReceiptPicture.png(slip)).0 == 1080)
        let bare = ReceiptSlip(title: "回执", stamp: [], rows: [])
        #expect(try size(ReceiptPicture.png(bare)).0 == 1080)
        slip.qr = ""
        #expect(throws: ReceiptPicture.Failure.code(.empty)) { try ReceiptPicture.png(slip) }
    }

    @Test func severalThreadsAtOnce() async throws {
        let expected = try ReceiptPicture.png(Self.slip)
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try ReceiptPicture.png(Self.slip) } }
            for try await png in group { #expect(png == expected) }
        }
    }
}
