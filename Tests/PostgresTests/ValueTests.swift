import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct ValueTests {
    let database: Database

    init() async throws { database = try await TestCluster.shared.superuser }

    /// Sends a value and reads it back.
    private func echo<T: PostgresValue>(_ value: T) async throws -> T {
        try await database.read { try $0.value("select \(value)", as: T.self) }
    }

    private func echoOptional<T: PostgresValue>(_ value: T?) async throws -> T? {
        try await database.read { try $0.value("select \(value)", as: T?.self) }
    }

    @Test func numbersAndTruth() async throws {
        for number in [0, 1, -1, .max, .min, 1 << 40] { #expect(try await echo(number) == number) }
        for number in [0.1, -0.0, .infinity, .pi, .leastNonzeroMagnitude] { #expect(try await echo(number) == number) }
        #expect(try await echo(Double.nan).isNaN)
        #expect(try await echo(true))
        #expect(try await echo(false) == false)
        let small = try await database.read { tx in
            (
                try tx.value("select 7::int", as: Int.self), try tx.value("select -7::smallint", as: Int.self),
                try tx.value("select 1.5::real", as: Double.self)
            )
        }
        #expect(small == (7, -7, 1.5))
    }

    @Test func textOfEveryPlane() async throws {
        var everything = ""
        for scalar in UInt32(1)...0x10ffff where scalar % 97 == 1 || scalar < 0x3000 || scalar & 0xffff >= 0xfffd {
            if let scalar = Unicode.Scalar(scalar) { everything.unicodeScalars.append(scalar) }
        }
        let returned = try await echo(everything)
        // Compared by bytes: == would let other spellings of the same text pass.
        #expect(Array(returned.utf8) == Array(everything.utf8))
        let length = try await database.read { [everything] in
            try $0.value("select char_length(\(everything))", as: Int.self)
        }
        #expect(length == everything.unicodeScalars.count)
        #expect(try await echo("") == "")
        #expect(try await echo("民意 '$1' \\ \" \r\n\t") == "民意 '$1' \\ \" \r\n\t")
        let others = try await database.read { tx in
            try tx.values("select unnest(array['a'::name::text, 'b'::varchar(3), 'c'::char(1)])", as: String.self)
        }
        #expect(others == ["a", "b", "c"])
    }

    @Test func nulIsRefusedBeforeSending() async throws {
        await #expect(throws: UnsendableValue.self) { _ = try await echo("a\u{0}b") }
        await #expect(throws: UnsendableValue.self) { _ = try await echo(["a", "\u{0}"]) }
        let carriedOn = try await database.write { tx in
            do {
                try tx.execute("select \(1), \("\u{0}")")
            } catch let refused as UnsendableValue {
                #expect(refused.parameter == 2)
                #expect(refused.flaw == .nulCharacter)
            }
            return try tx.value("select 1", as: Int.self)
        }
        #expect(carriedOn == 1)
    }

    @Test func bytesIdentifiersAndJSON() async throws {
        let bytes = [UInt8](0...255)
        #expect(try await echo(bytes) == bytes)
        #expect(try await echo([UInt8]()) == [])
        #expect(try await echo([[0, 1], [], bytes]) == [[0, 1], [], bytes])
        let id = UUID()
        #expect(try await echo(id) == id)
        #expect(try await echo([id, UUID()]).first == id)
        #expect(try await echo(JSONText(#"{"名": [1, null]}"#)) == JSONText(#"{"名": [1, null]}"#))
    }

    @Test func momentsAndDays() async throws {
        for seconds in [0, 1_700_000_000.123456, -2_208_988_800, 4_102_444_799.999999] {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(abs(try await echo(date).timeIntervalSince(date)) < 0.000_000_6)
        }
        let date = Date(timeIntervalSince1970: 1_606_569_666)
        let text = try await database.read { try $0.value("select \(date)::text", as: String.self) }
        #expect(text == "2020-11-28 13:21:06+00")
        #expect(try await echo(Date.distantFuture) == .distantFuture)
        #expect(
            try await database.read { try $0.value("select isfinite(\(Date.distantPast))", as: Bool.self) } == false)
        await #expect(throws: UnsendableValue.self) { _ = try await echo(Date(timeIntervalSince1970: .nan)) }

        let days = try await database.read { tx in
            try tx.values(
                "select d::date from generate_series('0001-01-01'::date, '9999-12-31', '13 days') d",
                as: PostgresDate.self)
        }
        let words = try await database.read { try $0.values("select unnest(\(days))::text", as: String.self) }
        #expect(words.count > 280_000)
        #expect(words == days.map(\.description))
        #expect(PostgresDate(year: 2025, month: 2, day: 29) == nil)
        #expect(PostgresDate(year: 2024, month: 2, day: 29) != nil)
        await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select 'infinity'::date", as: PostgresDate.self) }
        }
    }

    @Test func nullsAndArrays() async throws {
        #expect(try await echoOptional(Int?.none) == nil)
        #expect(try await echoOptional(String?.none) == nil)
        #expect(try await echoOptional([String]?.none) == nil)
        #expect(try await echoOptional(7) == 7)
        #expect(try await echo([1, 2, .max]) == [1, 2, .max])
        #expect(try await echo([Int]()) == [])
        #expect(try await echo(["a", "", "民"]) == ["a", "", "民"])
        #expect(try await echo(["a", nil, "NULL"]) == ["a", nil, "NULL"])
        #expect(try await echo([1, nil]) == [1, nil])
        #expect(try await echo([true, false]) == [true, false])
        #expect(try await echo([Date(timeIntervalSince1970: 0)]) == [Date(timeIntervalSince1970: 0)])
        await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select array[1, null]::bigint[]", as: [Int].self) }
        }
        await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select '{{1,2},{3,4}}'::bigint[]", as: [Int].self) }
        }
    }

    enum Kind: String, PostgresValue, PostgresArrayElement { case comment, message }

    @Test func enumsOfTheDomain() async throws {
        #expect(try await echo(Kind.message) == .message)
        #expect(try await echo([Kind.message, .comment]) == [.message, .comment])
        await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select 'other'", as: Kind.self) }
        }
    }

    @Test func wrongTypesSaySo() async throws {
        let failure = await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select 1 as votes", as: String.self) }
        }
        #expect(failure?.column == "votes")
        await #expect(throws: DecodingFailure.self) {
            _ = try await database.read { try $0.value("select null::int", as: Int.self) }
        }
    }
}
