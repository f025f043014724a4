import Testing
import Text

@Suite struct TextDecodingTests {
    @Test func readsUTF8WithAndWithoutMark() throws {
        let plain = try TextDecoding.decode(Array("序号,事项\n".utf8))
        #expect(plain.text == "序号,事项\n" && plain.encoding == .utf8)
        let marked = try TextDecoding.decode([0xEF, 0xBB, 0xBF] + Array("序号".utf8))
        #expect(marked.text == "序号" && marked.encoding == .utf8)
        #expect(try TextDecoding.decode([]).text == "")
        #expect(try TextDecoding.decode([0xEF, 0xBB, 0xBF]).text == "")
    }

    @Test func readsGB18030() throws {
        // 序号,事项 and 㐀 (four bytes), 𠮷 (four bytes, beyond the basic plane).
        let gb: [UInt8] = [0xD0, 0xF2, 0xBA, 0xC5, 0x2C, 0xCA, 0xC2, 0xCF, 0xEE, 0x0A]
        let read = try TextDecoding.decode(gb)
        #expect(read.text == "序号,事项\n" && read.encoding == .gb18030)
        #expect(try TextDecoding.decode(gb + [0x81, 0x39, 0xEE, 0x39]).text == "序号,事项\n㐀")
        #expect(try TextDecoding.decode(gb + [0x95, 0x34, 0xB7, 0x36]).text.unicodeScalars.count == 7)
    }

    @Test func saysWhereItFails() {
        #expect(throws: TextDecodingError.undecodable(.init(offset: 6, line: 2))) {
            try TextDecoding.decode([0xD0, 0xF2, 0x0A, 0x61, 0xBA, 0xC5, 0xFF, 0x41])
        }
        // Cut off in the middle of a character.
        #expect(throws: TextDecodingError.undecodable(.init(offset: 2, line: 1))) {
            try TextDecoding.decode([0xD0, 0xF2, 0xBA])
        }
        // A byte order mark is a promise, and its bytes count in the offset.
        #expect(throws: TextDecodingError.undecodable(.init(offset: 4, line: 1))) {
            try TextDecoding.decode([0xEF, 0xBB, 0xBF, 0x61, 0xD0, 0xF2])
        }
        // A four-byte code with no character.
        #expect(throws: TextDecodingError.undecodable(.init(offset: 2, line: 1))) {
            try TextDecoding.decode([0xD0, 0xF2, 0xFE, 0x39, 0xFE, 0x39])
        }
    }

    /// The damaged file would also pass as GB18030, as mojibake.
    @Test func doesNotTakeDamagedUTF8ForGB18030() {
        var bytes = Array("二十个工作日太长，村里老人等不及，建议改回十个工作日。".utf8)
        bytes.remove(at: 30)
        #expect(throws: TextDecodingError.undecodable(.init(offset: 30, line: 1))) { try TextDecoding.decode(bytes) }
    }

    @Test func namesWhatIsNotCSV() {
        #expect(throws: TextDecodingError.utf16) { try TextDecoding.decode([0xFF, 0xFE, 0x41, 0x00]) }
        #expect(throws: TextDecodingError.utf16) { try TextDecoding.decode([0xFE, 0xFF, 0x00, 0x41]) }
        let unmarked: [UInt8] = "number,title,unit".utf8.flatMap { byte -> [UInt8] in [byte, 0] }
        #expect(throws: TextDecodingError.utf16) { try TextDecoding.decode(unmarked) }
        #expect(throws: TextDecodingError.spreadsheet) { try TextDecoding.decode([0x50, 0x4B, 0x03, 0x04, 0x00]) }
        #expect(throws: TextDecodingError.notText(.init(offset: 3, line: 2))) {
            try TextDecoding.decode([0x61, 0x62, 0x0A, 0x00])
        }
        #expect(TextDecodingError.utf16.description.contains("save as CSV UTF-8"))
    }
}
