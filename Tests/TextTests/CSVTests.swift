import Testing
import Text

@Suite struct CSVReaderTests {
    private func texts(_ csv: String) throws -> [[String]] { try CSVReader.records(csv).map(\.texts) }

    @Test func readsWhatRFC4180Says() throws {
        #expect(try texts("a,b\r\n1,\"x,\"\"y\"\"\"\r\n") == [["a", "b"], ["1", "x,\"y\""]])
        #expect(try texts("a,b\n,\n\n") == [["a", "b"], ["", ""]])
        #expect(try texts("a\rb\rc") == [["a"], ["b"], ["c"]])
        #expect(try texts("a,b,") == [["a", "b", ""]])
        #expect(try texts("\"\"") == [[""]])
        #expect(try texts("") == [])
        #expect(try texts("\u{FEFF}a,b") == [["a", "b"]])
        #expect(try texts("a \"b\" c,5\" pipe\n") == [["a \"b\" c", "5\" pipe"]])
        #expect(try texts("\"a\" ,b") == [["a", "b"]])
    }

    @Test func splitsByBytes() throws {
        let records = try texts("a,\u{301}b\n\"c\"\u{0A}d,\u{FE0F}e")
        #expect(
            records.map { $0.map { Array($0.utf8) } } == [
                [Array("a".utf8), Array("\u{301}b".utf8)], [Array("c".utf8)],
                [Array("d".utf8), Array("\u{FE0F}e".utf8)],
            ])
    }

    @Test func countsLines() throws {
        let records = try CSVReader.records("h1,h2\r\n\r\n\"一\r\n二\n三\",x\r\"a\rb\",\"c\nd\"\nlast,1")
        #expect(records.map(\.line) == [1, 3, 6, 9])
        #expect(records.map { $0.fields.map(\.line) } == [[1, 1], [3, 5], [6, 7], [9, 9]])
    }

    @Test func choosesTheDelimiterByTheHeader() throws {
        #expect(CSVReader("a\tb\n1,2\t3").delimiter == UInt8(ascii: "\t"))
        #expect(CSVReader("\n\na;b;c\td\n").delimiter == UInt8(ascii: ";"))
        #expect(CSVReader("a;b,c").delimiter == UInt8(ascii: ","))
        #expect(CSVReader("\"a,b\";c").delimiter == UInt8(ascii: ";"))
        #expect(CSVReader("alone\n1,2").delimiter == UInt8(ascii: ","))
        #expect(try texts("\"a,b\";c\n1;2") == [["a,b", "c"], ["1", "2"]])
    }

    @Test func refusesWithItsPlace() throws {
        #expect(throws: CSVError.self) { try texts("a,b\n1,\"x") }
        func fault(_ csv: String, _ limits: CSVReader.Limits = .init()) -> String? {
            do {
                _ = try CSVReader.records(csv, limits: limits)
                return nil
            } catch { return error.description }
        }
        #expect(fault("a,b\n1,\"x\ny")?.hasPrefix("line 2, cell 2: a quotation mark is opened") == true)
        #expect(fault("a,b\n\"1\"2,3")?.hasPrefix("line 2, cell 1: text follows") == true)
        #expect(fault("a,b\n1,2,3", .init(fields: 2)) == "line 2, cell 3: more than 2 cells in one row")
        #expect(fault("a,bcd", .init(cellBytes: 2)) == "line 1, cell 2: a cell is longer than 2 bytes")
        #expect(fault("a,\"bcd\"", .init(cellBytes: 2)) == "line 1, cell 2: a cell is longer than 2 bytes")
        #expect(fault("a\nb\nc", .init(rows: 2)) == "line 3, cell 1: more than 2 rows")
        #expect(fault("a\nb\n\n", .init(rows: 2)) == nil)
    }
}

@Suite struct CSVWriterTests {
    @Test func writesWhatExcelReads() {
        var writer = CSVWriter()
        writer.append(["编号", "内容"])
        writer.append(["1", "他说“好”,\"是\"\n二"])
        #expect(Array(writer.bytes.prefix(3)) == [0xEF, 0xBB, 0xBF])
        #expect(writer.text == "\u{FEFF}编号,内容\r\n1,\"他说“好”,\"\"是\"\"\n二\"\r\n")
    }

    @Test(arguments: ["=1+1", "+8613", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "=\u{301}1"])
    func makesFormulasHarmless(_ cell: String) throws {
        let line = String(decoding: CSVWriter.line(["a", cell]), as: UTF8.self)
        let read = try CSVReader.records(line)
        #expect(read.first?.texts.last.map { Array($0.utf8) } == Array("'\(cell)".utf8))
    }

    @Test func readsBackWhatItWrites() throws {
        let rows = [["a", "b;c", " d "], ["", "", ""], [""], ["一\r\n二", "\"", "a\tb"], ["x,\u{301}y", "z", "1-2"]]
        var writer = CSVWriter()
        for row in rows { writer.append(row) }
        #expect(try CSVReader.records(writer.text).map(\.texts) == rows)
    }
}
