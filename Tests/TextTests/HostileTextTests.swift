import Foundation
import Testing
import Text

/// Whatever arrives: nothing traps, and what must hold holds.
@Suite struct HostileTextTests {
    private static let pieces = [
        "\"", ",", ";", "\t", "\n", "\r", "\r\n", "\0", "=", "\u{301}", "\u{200B}", "号", "路", "村", "室", "栋", "一", "粤",
        "A", "x", "X",
        "@", ".", "-", "·", "(", "１", "3", "8", "0", "00", "138", "12345678", "86", "0762", "6752345", "110105",
        "19491231", "002X",
        "622202", "2020", "T", ":", "10", "h", "a:1:", "电话", "王", "欧阳", "👨‍👩‍👧", "\u{FEFF}", "<", "&", " ", "　",
    ]

    private func text(_ random: inout Shuffle) -> String {
        (0..<Int.random(in: 0...24, using: &random)).reduce(into: "") { text, _ in
            text.unicodeScalars.append(contentsOf: (Self.pieces.randomElement(using: &random) ?? "").unicodeScalars)
        }
    }

    @Test func nothingTraps() {
        var random = Shuffle(state: 20_201_124)
        for _ in 0..<3000 {
            let text = text(&random)
            var end = text.startIndex
            for finding in PersonalData.find(in: text) {
                #expect(finding.range.lowerBound >= end && !finding.range.isEmpty)
                end = finding.range.upperBound
            }
            _ = PersonalData.masked(text)
            for mask in [Mask.name, Mask.phone, Mask.identityNumber, Mask.bankCard, Mask.email, Mask.plate] {
                _ = mask(text)
            }
            _ = try? CSVReader.records(text, limits: .init(fields: 4, cellBytes: 12, rows: 5))
            _ = ChinaTime.parse(text)
            _ = CalendarDate(text)
            _ = CheckDigit.verify(text)
            let normal = TextNormalisation.normalised(text)
            #expect(Array(TextNormalisation.normalised(normal).utf8) == Array(normal.utf8))
            #expect(!HTMLEscaping.escape(text).utf8.contains { [0x22, 0x27, 0x3C, 0x3E, 0].contains($0) })
            let form = CanonicalForm(fields: [.init("body", text), .init("end", "1")])
            #expect(CanonicalForm(form.bytes) == form)
            #expect(!CSVWriter.line([text]).starts(with: [0x3D]))
        }
    }

    @Test func csvSurvivesTheWayThere() throws {
        var random = Shuffle(state: 58)
        for _ in 0..<500 {
            let cells = (0..<3).map { _ in text(&random) }
            let read = try CSVReader.records(
                String(decoding: CSVWriter.line(["a", "b", "c"]) + CSVWriter.line(cells), as: UTF8.self))
            #expect(read.count == 2)
            let back = try #require(read.last).texts.map { Array($0.utf8) }
            for (cell, there) in zip(cells, back) {
                #expect(there == Array(cell.utf8) || there == Array("'\(cell)".utf8))
            }
        }
    }

    @Test func anyBytesAreTextOrAnError() {
        var random = Shuffle(state: 2135)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if let read = try? TextDecoding.decode(bytes), read.encoding == .utf8 {
                let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
                #expect(Array(read.text.utf8) == Array(bytes.dropFirst(mark)))
            }
            _ = CanonicalForm(bytes)
        }
    }
}
