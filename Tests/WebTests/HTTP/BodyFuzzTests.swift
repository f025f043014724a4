import Foundation
import TestSupport
import Testing

@testable import Web

/// Bodies made from good ones by changing, cutting, doubling and making up bytes. Whatever comes, a decoder returns or
/// throws what it is said to throw; it never traps, never makes more of a body than was in it, and never takes long.
///
/// `MINYI_FUZZ_CASES` says how many of each kind (20,000; `ops/test --deep` takes 1,000,000), `MINYI_SEED` repeats a run.
@Suite("Fuzzed bodies")
struct BodyFuzzTests {
    private static let cases = environment("MINYI_FUZZ_CASES").flatMap { Int($0) } ?? 20_000
    private static let seed = environment("MINYI_SEED").flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    @Test func multipart() throws {
        let boundary = Array("----WebKitFormBoundary7MA4YWxkTrZu0gW".utf8)
        var pieces = [
            "\r\n", "--", "\r\n\r\n", "\"", ";", ":", "=", " ", "\t", "%22", "\\", "\u{0}", "name=", "filename=",
        ]
        .map { Array($0.utf8) }
        pieces += [boundary, Array("\r\n--".utf8) + boundary, Array("--".utf8) + boundary + Array("--".utf8)]
        try fuzz(from: [Self.form(boundary)], with: pieces) { body in
            let pieces = 1 + body.count % 97
            let whole = Result { try Multipart.decode(body, boundary: boundary) }
            let piecewise = Result { try Multipart.decode(body, boundary: boundary, pieces: pieces) }
            // However it is cut on its way, it is the same form.
            guard try Self.text(of: whole) == Self.text(of: piecewise) else {
                throw Failure("other in pieces of \(pieces)")
            }
            _ = try measured(try whole.get(), of: body)
        }
    }

    @Test func boundaries() throws {
        let headers = [
            "multipart/form-data; boundary=X", "multipart/form-data; charset=\"a\\\"b\"; boundary=\"a b\" ; c",
        ]
        let pieces = [";", "=", "\"", "\\", " ", "boundary", "\u{301}", "%22", "\r\n"].map { Array($0.utf8) }
        try fuzz(from: headers.map { Array($0.utf8) }, with: pieces) { header in
            let boundary = Multipart.boundary(ofContentType: String(decoding: header, as: UTF8.self))
            if let boundary, !(1...70).contains(boundary.count) {
                throw Failure("a boundary of \(boundary.count) bytes")
            }
        }
    }

    @Test func urlEncoded() throws {
        let body = Array(
            "csrf=Ab_-9&content=%E6%84%8F%E8%A7%81+%0D%0A&submitter=person&row=12&flag&=&name=%E7%8E%8B".utf8)
        let pieces = ["%", "%0", "%00", "%FF", "&", "=", "+", "&&", "%E6", "\u{0}", "=&"].map { Array($0.utf8) }
        try fuzz(from: [body], with: pieces) { body in
            _ = try measured(FormData(fields: try URLEncodedFields.decode(body)), of: body)
        }
    }

    @Test func json() throws {
        let comment =
            #"{"content":"意见\n第二行 \u4e2d\ud83d\ude00","row":12,"people":null,"show_name":true,"more":[1,-0.5e+3,{"a":{}}]}"#
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud83d", "\\u0000", ",", ":", "-", "1e", "true", "nul", "{\"a\":",
            "[[",
        ]
        .map { Array($0.utf8) }
        try fuzz(from: [Array(comment.utf8)], with: pieces) { _ = try JSONReader.read($0) }
    }

    // MARK: The machine

    private struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    private func fuzz(
        from good: [[UInt8]], with pieces: [[UInt8]], _ decode: ([UInt8]) throws -> Void
    ) throws {
        var random = SplitMix(state: Self.seed)
        var decoded = 0
        for number in 0..<Self.cases {
            let body = mutated(good, pieces, &random)
            let took = try processorTime {
                do {
                    try decode(body)
                    decoded += 1
                } catch is BadForm {
                } catch is JSONReader.Fault {
                } catch {
                    let text = String(decoding: body, as: UTF8.self)
                    throw Failure("MINYI_SEED=\(Self.seed), case \(number): \(error) for \(text)")
                }
            }
            // Some kilobytes take microseconds; a second means that something grows faster than the body.
            if took > .seconds(5) { throw Failure("MINYI_SEED=\(Self.seed), case \(number): took \(took)") }
        }
        #expect(decoded > 0, "not one body was good: nothing but the first check was tested")
    }

    private static func text(of result: Result<FormData, any Error>) throws -> String {
        guard case .success(let form) = result else { return "refused" }
        return "\(form.fields) "
            + (try form.files.map { "\($0.field) \($0.filename) \(try $0.bytes)" }.joined(separator: "; "))
    }

    /// A form is never larger than the body it was in.
    private func measured(_ form: FormData, of body: [UInt8]) throws -> FormData {
        let size =
            form.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
            + form.files.reduce(0) { $0 + $1.field.utf8.count + $1.filename.utf8.count + $1.size }
        guard size <= body.count else { throw Failure("\(size) bytes of fields from a body of \(body.count)") }
        guard !form.fields.contains(where: { $0.value.utf8.contains(0) || $0.name.utf8.contains(0) }) else {
            throw Failure("NUL came through")
        }
        return form
    }

    private func mutated(_ good: [[UInt8]], _ pieces: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
        var body = good[random.below(good.count)]
        for _ in 0..<(1 + random.below(6)) {
            let at = random.below(body.count + 1)
            let end = min(body.count, at + random.below(40))
            switch random.below(6) {
            case 0: body.removeSubrange(at..<end)
            case 1: body.insert(contentsOf: body[at..<end], at: random.below(body.count + 1))
            case 2: body.insert(contentsOf: pieces[random.below(pieces.count)], at: at)
            case 3: body.replaceSubrange(at..<end, with: pieces[random.below(pieces.count)])
            case 4: if at < body.count { body[at] = UInt8(truncatingIfNeeded: random.next()) }
            default: body.removeSubrange(at...)
            }
        }
        return body
    }

    private static func form(_ boundary: [UInt8]) -> [UInt8] {
        let parts = [
            ("name=\"content\"", "", "第一行\r\n第二行"), ("name=\"row\"", "", "12"),
            (
                "name=\"scan\"; filename=\"C:\\\\审批 %22单%22.pdf\"", "Content-Type: application/pdf\r\n",
                "%PDF-1.7\r\n\r\n--x"
            ),
            ("name=\"none\"; filename=\"\"", "Content-Type: application/octet-stream\r\n", ""),
        ]
        var body: [UInt8] = []
        for (disposition, type, content) in parts {
            body += Array("--".utf8) + boundary
            body += Array("\r\nContent-Disposition: form-data; \(disposition)\r\n\(type)\r\n\(content)\r\n".utf8)
        }
        return body + Array("--".utf8) + boundary + Array("--\r\n".utf8)
    }
}

/// Random numbers that can be had again from their seed (SplitMix64, by Sebastiano Vigna).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }

    mutating func below(_ limit: Int) -> Int { limit > 0 ? Int(next() % UInt64(limit)) : 0 }
}
