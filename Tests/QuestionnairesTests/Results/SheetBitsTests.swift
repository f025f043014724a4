import Testing

@testable import Questionnaires

/// Bitmaps of sheets are counted as somebody would who looks at each sheet.
@Suite struct SheetBitsTests {
    private static let rows = CrossTable.Axis(question: "one", options: ["a", "b", "c"], addsUp: true)
    private static let columns = CrossTable.Axis(question: "some", line: "r1", options: ["x", "y"], addsUp: false)
    private static let layers = CrossTable.Axis(question: "yes", options: ["yes", "no"], addsUp: true)

    private static func marks(_ random: inout SeededNumbers) -> Set<Tally.Mark> {
        let all = [rows, columns, layers].flatMap { axis in
            (axis.options + [""]).map { Tally.Mark(question: axis.question, line: axis.line, option: $0) }
        }
        return Set(all.filter { _ in Bool.random(using: &random) })
    }

    @Test(arguments: [1, 2, 3]) func theyAreCountedTogether(seed: UInt64) throws {
        var random = SeededNumbers(state: seed)
        // Over three chunks, and in the second nobody.
        let places = Array(0..<300) + Array(16_384..<16_500)
        let sheets = places.map { (place: $0, marks: Self.marks(&random)) }
        let only = [
            Tally.Mark(question: "one", option: "a"), Tally.Mark(question: "one", option: "b"),
            Tally.Mark(question: "yes", option: "yes"), Tally.Mark(question: "yes", option: "yes"),
        ]
        var (listed, packed) = (SheetBits(), SheetBits())
        for mark in Set(sheets.flatMap(\.marks)) {
            let having = sheets.filter { $0.marks.contains(mark) }.map(\.place)
            listed.insert(mark, places: having)
            var bytes = Array(repeating: UInt8(0), count: 2 * SheetBits.chunkSize)
            for place in having {
                bytes[place % 16_384 / 8 + place / 16_384 * SheetBits.chunkSize] |= 128 >> (place % 8)
            }
            // The last one first.
            let turned = bytes[SheetBits.chunkSize...] + bytes[..<SheetBits.chunkSize]
            let isTaken = packed.insert(mark, chunks: [2, 0], bytes: Array(turned))
            #expect(isTaken)
        }
        for (layers, only) in [(nil, []), (Self.layers, []), (nil, only), (Self.layers, only)] {
            for (bits, sign) in [(listed, 1), (packed, -1)] {
                let counts = bits.counts(Self.rows, Self.columns, layers, only: only, sign: sign)
                #expect(counts.count == 4 * 3 * (layers == nil ? 1 : 3))
                for count in counts {
                    let wanted =
                        [
                            Tally.Mark(question: "one", option: count.first),
                            Tally.Mark(question: "some", line: "r1", option: count.second),
                        ] + (layers == nil ? [] : [Tally.Mark(question: "yes", option: count.third)])
                    let having = sheets.filter { sheet in
                        wanted.allSatisfy(sheet.marks.contains)
                            && (only.isEmpty
                                || sheet.marks.contains(only[2])
                                    && only.prefix(2).contains(where: sheet.marks.contains))
                    }
                    #expect(count.sheets == sign * having.count, "\(count)")
                }
            }
        }
    }

    @Test func whatIsNoBitmapIsNotTaken() {
        var bits = SheetBits()
        let mark = Tally.Mark(question: "one", option: "a")
        let ones = Array(repeating: UInt8(255), count: SheetBits.chunkSize)
        for (chunks, bytes) in [([0], [1, 2, 3]), ([-1], ones), ([.max], ones), ([0, 1], ones)] {
            let isTaken = bits.insert(mark, chunks: chunks, bytes: bytes)
            #expect(!isTaken)
        }
        bits.insert(mark, places: [-1, 5])
        let axis = CrossTable.Axis(question: "one", options: ["a"], addsUp: true)
        #expect(bits.counts(axis, axis, nil, only: [], sign: 1).allSatisfy { $0.sheets == 0 })
    }
}
