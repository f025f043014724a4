import Foundation
import Testing

@testable import Participation

@Suite("Reading the people of a telephone sample")
struct SampleListTests {
    @Test func columnsAreFoundByTheirHeadings() async throws {
        let table = try await SampleTable.read(Array("序号,姓名,联系电话,所在乡镇\n1,王演示,0762-0000017,老隆镇\n".utf8))
        let columns = table.guess()
        #expect(columns == .init(phone: 3, name: 2, stratum: 4, hasHeading: true))
        let list = table.people(columns)
        #expect(list.faults.isEmpty && list.people.count == 1)
        let person = try #require(list.people.first)
        #expect(person.phone == "07620000017" && person.name == "王演示" && person.stratum == "老隆镇" && person.line == 2)
    }

    @Test func withoutHeadingsByWhatCanBeCalled() async throws {
        let table = try await SampleTable.read(Array("甲,0762 000 0017\n乙,0762 000 0018\n".utf8))
        #expect(table.guess() == .init(phone: 2, hasHeading: false))
        #expect(table.people(table.guess()).people.map(\.phone) == ["07620000017", "07620000018"])
    }

    @Test func everyOtherRowIsListedWithItsReason() throws {
        let long = String(repeating: "长", count: 41)
        let table = try SampleTable(
            typed:
                "０７６２-0000017，甲，老隆镇\n,乙\n12，丙\n0762-000-0017\n0762-0000018,\(long)\n0762-0000019,丁,\(long)\n0762-0000020\t戊"
        )
        let list = table.people(.typed)
        #expect(list.people.map(\.line) == [1, 7])
        #expect(
            list.faults == [
                .init(line: 2, reason: .noPhone), .init(line: 3, reason: .wrongPhone),
                .init(line: 4, reason: .twice(line: 1)), .init(line: 5, reason: .longName),
                .init(line: 6, reason: .longStratum),
            ])
    }

    @Test func whatIsTooMuchOrNoTableIsRefused() async throws {
        await #expect(throws: SampleTable.Refused.empty) { try await SampleTable.read([]) }
        await #expect(throws: SampleTable.Refused.unreadable) { try await SampleTable.read([0x50, 0x4B, 1, 2]) }
        await #expect(throws: SampleTable.Refused.tooLarge) {
            try await SampleTable.read([UInt8](repeating: 0x31, count: SampleTable.mostBytes + 1))
        }
        let many = (0...SampleTable.mostRows + 1).map { "07620\(100_000 + $0)" }.joined(separator: "\n")
        await #expect(throws: SampleTable.Refused.tooMany) { try await SampleTable.read(Array(many.utf8)) }
    }
}
