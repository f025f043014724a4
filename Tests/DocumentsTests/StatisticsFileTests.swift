import Foundation
import Testing

@testable import Documents

@Suite struct StatisticsFileTests {
    private static let variables = [
        StatisticsFile.Variable(name: "sheet", label: "答卷", shape: .text(bytes: 36)),
        StatisticsFile.Variable(
            name: "q1", label: "您满意吗？", shape: .codes,
            labels: [.init(value: 1, text: "满意"), .init(value: 2, text: "不满意")]),
        StatisticsFile.Variable(name: "why", label: String(repeating: "长", count: 300), shape: .text(bytes: 3_000)),
        StatisticsFile.Variable(name: "day", label: "", shape: .day),
    ]

    private func written(_ rows: [[SheetWriter.Cell]], announced: Int? = nil) throws -> Data {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sav").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try StatisticsFile(
            path: path, title: "满意度", variables: Self.variables, rows: announced ?? rows.count)
        for row in rows { try file.write(row) }
        try file.close()
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    @Test func rowsAreWritten() throws {
        let row: [SheetWriter.Cell] = [
            .text("a"), .number(2), .text(String(repeating: "字", count: 1_000)), .number(13_000_000_000),
        ]
        let data = try written([row, [.text("b"), .empty, .empty, .empty]])
        #expect(data.starts(with: Array("$FL2".utf8)))
        #expect(data.range(of: Data("不满意".utf8)) != nil)
        #expect(try written([]).count > 176)
    }

    @Test func otherRowsThanAnnouncedAreAFault() {
        #expect(throws: StatisticsFile.Failed.self) { try written([], announced: 3) }
    }

    @Test func whereTheDiskIsFullNothingIsSaid() {
        #expect(throws: StatisticsFile.Failed.self) {
            let file = try StatisticsFile(path: "/dev/full", title: "", variables: Self.variables, rows: 5_000)
            for _ in 0..<5_000 {
                try file.write([.text("a"), .number(1), .text(String(repeating: "x", count: 900)), .empty])
            }
            try file.close()
        }
    }

    @Test func namesAreThoseThatSPSSTakes() {
        #expect(StatisticsFile.names(for: ["q1", "q2_a", "q2__other"]) == ["q1", "q2_a", "q2__other"])
        #expect(StatisticsFile.names(for: ["Q1", "q1", "q1"]) == ["Q1", "q1_2", "q1_3"])
        #expect(StatisticsFile.names(for: ["and", "1a", "甲"]) == ["and_2", "v1a", "v_"])
        let long = String(repeating: "a", count: 90)
        let names = StatisticsFile.names(for: [long, long + "b"])
        #expect(names.allSatisfy { $0.utf8.count == 64 } && Set(names).count == 2)
    }
}
