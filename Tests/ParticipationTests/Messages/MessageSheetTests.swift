import Documents
import Foundation
import Participation
import Testing
import Text

@Suite struct MessageSheetTests {
    static let today = CalendarDate(year: 2026, month: 2, day: 10) ?? .latest
    static let heading = "来源系统,原编号,收到日期,渠道,类型,标题,内容,地点,希望办理的单位,涉及的单位,涉及的人,姓名,电话,邮箱,可以公开,可以写称呼"
    static let good = "12345,GZ-1,2026-02-09,12345热线,投诉,路灯不亮,新城路的路灯坏了三天,老隆镇,,,,张三,0762-6750000,,是,否"

    private func read(_ text: String) throws -> MessageSheet { try read(Array(text.utf8)) }

    private func read(_ bytes: [UInt8]) throws -> MessageSheet {
        try MessageSheet(reading: bytes, units: [], today: Self.today)
    }

    private func faults(_ bytes: [UInt8]) -> [EntrySheetFault] {
        do {
            _ = try read(bytes)
            return []
        } catch let faults as EntrySheetFaults {
            return faults.faults
        } catch {
            return []
        }
    }

    private func codes(_ text: String) -> [String] { faults(Array(text.utf8)).map(\.expected.code) }

    @Test func readsWhatIsThere() throws {
        let sheet = try read("\(Self.heading),备注\r\n\(Self.good),无\r\n")
        let row = try #require(sheet.rows.first)
        #expect(row.line == 2 && sheet.ignoredColumns == ["备注"])
        let message = row.entry
        #expect(message.external == .init(source: "12345", number: "GZ-1"))
        #expect(message.channel == .hotline && message.kind == .complaint && message.title == "路灯不亮")
        #expect(message.entry?.arrivedOn == Self.today.adding(days: -1) && message.entry?.forSomeone == true)
        #expect(message.contact.name == "张三" && message.mayBePublished && !message.mayShowName)
    }

    @Test func readsExportsOfOtherSystems() throws {
        // A title above, other words, no source of what comes from 12345, dates as they come.
        let sheet = try read(
            """
            2026年2月工单,,,,,
            工单编号,受理时间,渠道,诉求类型,诉求标题,诉求内容（全文）
            A1,2026/2/9 14:30:00,热线,我要投诉,噪音,"夜里
            施工"
            A2,2026年2月9日,信件,咨询,社保,怎样办
            """.replacing("A2", with: ""))
        #expect(sheet.rows.map(\.line) == [3, 5])
        #expect(sheet.rows.map(\.entry.external?.source) == ["12345", nil])
        #expect(sheet.rows[0].entry.body == "夜里\n施工")
        for day in ["2026.2.9", "20260209", "2026-02-09T08:00", "2026 年 2 月 9 日"] {
            #expect(
                try read(Self.heading + "\n" + Self.good.replacing("2026-02-09", with: day)).rows.count == 1, "\(day)")
        }
    }

    @Test func readsGB18030AndWorkbooks() throws {
        let encoding = String.Encoding(rawValue: 0x8000_0632)
        let data = try #require("\(Self.heading)\n\(Self.good)\n".data(using: encoding))
        #expect(try read(Array(data)).rows.first?.entry.title == "路灯不亮")
        let cells = Self.good.split(separator: ",", omittingEmptySubsequences: false).map {
            SheetWriter.Cell.text(String($0))
        }
        let workbook = try SheetWriter.bytes(
            sheet: "留言", widths: [], heading: Self.heading.split(separator: ",").map(String.init), rows: [cells])
        #expect(try read(workbook).rows.first?.entry.title == "路灯不亮")
    }

    /// Every cell that is wrong, with its place, what stands there and what is expected.
    @Test func reportsCellByCell() throws {
        let text = """
            \(Self.heading)
            12345,GZ-1,昨天,鸽子,骂人,\(String(repeating: "长", count: 10_000)),,,没有的单位,一、二,,,12a,x@,也许,
            12345,,2026-02-11,窗口,咨询,题,文,,,,,,,,,
            ,7,2024-02-09,窗口,咨询,=1+1,文,,,,,,,,,
            12345,GZ-1,2026-02-09,窗口,咨询,题,文,,,,,,,,,
            12345,GZ-1,2026-02-09,窗口,咨询,题,文,,,,,,,,,
            """
        let found = faults(Array(text.utf8))
        let first = found.filter { $0.line == 2 }
        #expect(
            Set(first.map(\.expected.code)) == [
                "date", "channel", "kind", "shorter", "filled", "unit", "phone", "email", "yes_or_no",
            ])
        let title = try #require(first.first { $0.heading == "标题" })
        #expect(title.column == 6 && title.expected == .shorter(limit: 50))
        #expect(title.value.unicodeScalars.count == 61)
        #expect(first.count { $0.expected == .unit } == 3)
        #expect(found.filter { $0.line == 3 }.map(\.expected) == [.sourceAndNumber, .notFuture])
        #expect(found.filter { $0.line == 4 }.map(\.expected) == [.sourceAndNumber, .recent])
        let double = try #require(found.first { $0.line == 6 })
        #expect(double.expected == .ownNumber(line: 5) && double.value == "12345 GZ-1")
    }

    @Test func refusesWhatIsNoTable() throws {
        #expect(codes("") == ["heading"])
        #expect(codes(Self.heading) == ["rows"])
        #expect(codes("标题,内容,渠道\nx,y,z") == ["column", "column"])
        #expect(codes(Self.heading + ",标题\n" + Self.good) == ["one_heading"])
        #expect(codes(String(repeating: "没有表头\n", count: 10)) == ["heading"])
        #expect(codes(Self.heading + "\n\"没有结束") == ["closed_quote"])
        #expect(faults([0xFF, 0xFE, 0x41, 0]).map(\.expected.code) == ["table"])
        #expect(faults(Array("PK\u{3}\u{4}".utf8)).map(\.expected.code) == ["workbook"])
        #expect(
            faults([UInt8](repeating: 65, count: 11 * 1024 * 1024)).map(\.expected) == [.smallerFile(megabytes: 10)])
    }

    @Test func tenThousandAndNotOneMore() throws {
        let row = "\n,,2026-02-09,窗口,咨询,题,文,,,,,,,,,"
        #expect(try read(Self.heading + String(repeating: row, count: 10_000)).rows.count == 10_000)
        #expect(codes(Self.heading + String(repeating: row, count: 10_001)) == ["fewer_rows"])
        #expect(codes(Self.heading + String(repeating: row, count: 12_000)) == ["fewer_rows"])
    }

    /// What is wrong everywhere is listed a thousand times and counted to the end.
    @Test func listsAThousandFaults() throws {
        let text = Self.heading + String(repeating: "\n,,x,窗口,咨询,题,文,,,,,,,,,", count: 3000)
        let faults = #expect(throws: EntrySheetFaults.self) { try read(text) }
        #expect(faults?.total == 3000 && faults?.faults.count == 1000)
    }

    @Test func theSameFileHasTheSameKeys() throws {
        let sheet = try read("\(Self.heading)\n\(Self.good)\n,,2026-02-09,窗口,咨询,题,文,,,,,,,,,")
        let upload = UUID()
        let keys = sheet.keyed(upload: upload).map(\.entry.key)
        #expect(Set(keys).count == 2 && keys == sheet.keyed(upload: upload).map(\.entry.key))
        #expect(Set(keys).isDisjoint(with: sheet.keyed(upload: UUID()).map(\.entry.key)))
    }

    /// A formula counts for what it gave when the file was saved.
    @Test func survivesWhateverComes() throws {
        let pieces = [
            "\"", ",", "\n", "\r", "\u{0}", "2026-02-30", "=cmd|' /C calc'!A0", "\u{301}", "，", "12345", "\u{FEFF}",
        ]
        for _ in 0..<500 {
            var text = Array((Self.heading + "\n" + Self.good + "\n").utf8)
            for _ in 0..<Int.random(in: 1...8) {
                let at = Int.random(in: 0..<text.count)
                let piece = Bool.random() ? Array((pieces.randomElement() ?? "").utf8) : [UInt8.random(in: 0...255)]
                text.replaceSubrange(at..<min(text.count, at + .random(in: 0...5)), with: piece)
            }
            _ = faults(text)
        }
    }
}
