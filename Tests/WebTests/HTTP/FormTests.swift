import Crypto
import Foundation
import Testing

@testable import Web

@Suite("Forms")
struct FormTests {
    private func decode(_ text: String) throws -> FormData {
        FormData(fields: try URLEncodedFields.decode(text.utf8))
    }

    @Test func readsFields() throws {
        let form = try decode("a=1&b=%E4%B8%AD+x&b=2&empty=&flag&c=%0D%0Aone%0D%0Atwo%0Dthree")
        #expect(form.string("a") == "1" && form.int("a") == 1)
        #expect(form.strings("b") == ["中 x", "2"])
        #expect(form.optional("empty") == nil && form.has("empty") && form.has("flag"))
        #expect(form.exactly("c") == "\none\ntwo\nthree")
        #expect(form.string("missing") == "" && form.int("missing") == nil && !form.bool("missing"))
        #expect(try decode("t=on&f=off").bool("t"))
        #expect(try decode("n=+7").int("n") == 7 && decode("n=%2B7").int("n") == nil)
        #expect(try decode("n=99999999999999999999").int("n") == nil)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%FF%FE", "a=%C0%80", "a=%00", "%ED%A0%80=1", "a=%F4%90%80%80"])
    func refusesWhatCannotBeDecoded(_ body: String) {
        #expect(throws: BadForm.encoding) { try decode(body) }
    }

    @Test func limitsFieldsAndNames() {
        #expect(throws: BadForm.tooMany) { try decode(String(repeating: "a=&", count: 5000)) }
        #expect(throws: BadForm.tooMany) { try decode(String(repeating: "n", count: 201) + "=1") }
    }

    private func multipart(_ body: String, boundary: String = "X") throws -> FormData {
        try Multipart.decode(Array(body.utf8), boundary: Array(boundary.utf8))
    }

    @Test func readsMultipart() throws {
        let form = try multipart(
            "preamble\r\n--X\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n第一行\r\n第二行\r\n"
                + "--X\r\nContent-Disposition: form-data; name=\"scan\"; filename=\"C:\\\\a\\\\审批 %22单%22.pdf\"\r\n"
                + "Content-Type: application/pdf\r\n\r\n%PDF\r\n\r\n--Xno\r\n--X\r\n"
                + "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n--X--\r\nepilogue")
        #expect(form.string("text") == "第一行\n第二行")
        let file = try #require(form.file("scan"))
        #expect(file.filename == "审批 \"单\".pdf" && file.contentType == "application/pdf")
        #expect(String(decoding: try file.bytes, as: UTF8.self) == "%PDF\r\n\r\n--Xno")
        #expect(form.file("none") == nil)
    }

    /// What is large goes to disk, and nothing of it is lost or changed on the way.
    @Test func largeFilesStandOnDisk() async throws {
        let content =
            (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } + Array("\r\n--Y--\r\n--X".utf8) + [0]
        var body = Array("--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n".utf8) + content
        body += Array("\r\n--X\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n值\r\n--X--\r\n".utf8)
        var reader = Multipart(boundary: Array("X".utf8))
        var (rest, most) = (body[...], 0)
        while !rest.isEmpty {
            try reader.feed(rest.prefix(70_000))
            try await reader.openFile?.settle()
            most = max(most, reader.inMemory)
            rest = rest.dropFirst(70_000)
        }
        #expect(most < 400_000 && reader.onDisk > 1_500_000)
        let form = try reader.finish()
        #expect(form.string("t") == "值")
        let file = try #require(form.file("f"))
        #expect(file.size == content.count)
        #expect(try file.bytes == content)
    }

    /// Of what no limit allows, no more is kept than says so.
    @Test func aFileOfAHundredMegabytesIsNotKept() async throws {
        let file = UploadedFile()
        for _ in 0..<100 {
            file.append([UInt8](repeating: 1, count: 1024 * 1024)[...])
            try await file.settle()
        }
        #expect(file.size == UploadedFile.longest && file.inMemory < 1024 * 1024 + 1)
        #expect(try file.read().count == UploadedFile.longest)
    }

    @Test func fieldsTogetherHaveTheirLimit() {
        let part =
            "--X\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n" + String(repeating: "a", count: 300_000)
            + "\r\n"
        #expect(throws: Never.self) { try multipart(part + part + "--X--") }
        #expect(throws: BadForm.tooMany) { try multipart(part + part + part + "--X--") }
    }

    @Test(arguments: [
        "", "--", "--X", "--X\r\n", "--X\r\n\r\n", "--X--", "nothing at all",
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue without an end",
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n--X",
        "--X\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--X--",
        "--X\r\nno colon\r\n\r\nv\r\n--X--", "--X\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nv\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"a\r\n\r\nv\r\n--X--", "--X\r\n\r\nv\r\n--X--",
        "--Xgarbage\r\n--X--",
    ])
    func aBrokenMultipartIsRefusedOrEmpty(_ body: String) {
        do {
            let form = try multipart(body)
            #expect(form.files.isEmpty && form.fields.allSatisfy { $0.value == "v" })
        } catch {
            #expect(error is BadForm)
        }
    }

    /// Every cut and many changed bytes of a good body: no trap, whatever comes.
    @Test func survivesEveryCutAndManyChanges() throws {
        let good = Array(
            ("--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n值\r\n--X\r\nContent-Disposition: form-data; "
                + "name=\"f\"; filename=\"x.csv\"\r\nContent-Type: text/csv\r\n\r\n1,2\r\n--X--\r\n").utf8)
        for length in 0..<good.count {
            _ = try? Multipart.decode(Array(good[..<length]), boundary: Array("X".utf8))
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var changed = good
            for _ in 0..<3 { changed[Int.random(in: 0..<good.count, using: &random)] = UInt8.random(in: 0...255) }
            _ = try? Multipart.decode(changed, boundary: Array("X".utf8))
            _ = try? URLEncodedFields.decode(changed)
        }
    }

    @Test func boundaryIsReadFromTheHeader() {
        #expect(Multipart.boundary(ofContentType: "multipart/form-data; boundary=abc") == Array("abc".utf8))
        #expect(
            Multipart.boundary(ofContentType: "multipart/form-data; charset=x; boundary=\"a b\"") == Array("a b".utf8))
        #expect(Multipart.boundary(ofContentType: "multipart/form-data") == nil)
        #expect(Multipart.boundary(ofContentType: "multipart/form-data; boundary=") == nil)
        #expect(Multipart.boundary(ofContentType: "x; boundary=" + String(repeating: "a", count: 71)) == nil)
    }

    /// `;` and a combining mark are one `Character`: splitting by characters would not see the semicolon.
    @Test func headersAndCookiesSplitByBytes() {
        let jar = CookieJar(headers: ["a=1;\u{301}b=2; session=xyz;session=second", "c=3"])
        #expect(jar[name: "a"] == "1" && jar[name: "session"] == "xyz" && jar[name: "c"] == "3")
        #expect(jar[name: "\u{301}b"] == "2")
        let parameters = HeaderParameters("form-data;\u{301} name=x; name=y; q=\"a\\\"b;c\"")
        #expect(parameters.value == "form-data" && parameters.parameters["q"] == "a\"b;c")
        #expect(parameters.parameters["name"] == "y" || parameters.parameters["name"] == "x")
    }

    @Test func cookiesCannotBreakTheirHeader() {
        let cookie = SetCookie("x", "a; Path=/evil\r\nSet-Cookie: y=1", maxAge: 5)
        #expect(
            cookie.header(secure: true) == "x=aPathevilSet-Cookiey1; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=5")
    }

    @Test func signedValuesHoldAndExpire() {
        let signer = Signer(secret: SymmetricKey(size: .bits256))
        let now = Date(timeIntervalSince1970: 1_600_000_000)
        let signed = signer.sign("回执 1", for: "receipt", expires: now.addingTimeInterval(10))
        #expect(signer.verify(signed, for: "receipt", now: now) == "回执 1")
        #expect(signer.verify(signed, for: "flash", now: now) == nil)
        #expect(signer.verify(signed, for: "receipt", now: now.addingTimeInterval(11)) == nil)
        #expect(signer.verify("x" + signed, for: "receipt", now: now) == nil)
        #expect(Signer(secret: SymmetricKey(size: .bits256)).verify(signed, for: "receipt", now: now) == nil)
        for odd in ["", ".", "..", "a.b.c", "....", "é.1.2"] { #expect(signer.verify(odd, for: "receipt") == nil) }
    }

    @Test(arguments: [
        "//evil", "/\\evil", "https://evil", "", "evil", "/a b", "/a\r\nb", "/é", "javascript:1", "/a\\b",
    ])
    func leadsNowhereElse(_ path: String) { #expect(LocalPath(path) == nil) }

    @Test func leadsInside() {
        #expect(LocalPath("/")?.text == "/")
        #expect(LocalPath("/desk/x?a=%E4%B8%AD&b=1")?.text == "/desk/x?a=%E4%B8%AD&b=1")
        #expect(LocalPath(nil) == nil)
    }

    @Test func languageOfABrowser() {
        #expect(Language(acceptLanguage: nil) == .chinese)
        #expect(Language(acceptLanguage: "en-US,en;q=0.9,zh-CN;q=0.8") == .english)
        #expect(Language(acceptLanguage: "zh-TW,en;q=0.9") == .chinese)
        #expect(Language(acceptLanguage: "fr, en;q=0.5, zh;q=0.6") == .chinese)
        #expect(Language(acceptLanguage: "en;q=0, *;q=1") == .chinese)
        #expect(Language(acceptLanguage: ";;;,,,q=en;q") == .chinese)
    }

    @Test func networkOfAClient() throws {
        #expect(ClientNetwork(peer: nil, forwardedFor: nil).text == "unknown")
        #expect(ClientNetwork(peer: nil, forwardedFor: ["1.2.3.4, 10.9.8.7"]).text == "10.9.8.7")
        let first = ClientNetwork(peer: nil, forwardedFor: ["2001:db8:1:2:3:4:5:6"])
        let second = ClientNetwork(peer: nil, forwardedFor: ["2001:db8:1:2:ffff::1"])
        let third = ClientNetwork(peer: nil, forwardedFor: ["2001:db8:1:3::1"])
        #expect(first == second && first != third)
        #expect(ClientNetwork(peer: nil, forwardedFor: ["::ffff:10.0.0.1"]).text == "10.0.0.1")
        #expect(ClientNetwork(peer: nil, forwardedFor: ["nonsense"]).text == "unknown")
    }

    @Test func keptFormsSpeakOfFilesOnlyWhereOneWasChosen() throws {
        func hadFiles(_ name: String, _ content: String) throws -> Bool {
            let part =
                "--X\r\nContent-Disposition: form-data; name=\"a\"; filename=\"\(name)\"\r\n\r\n\(content)\r\n--X--"
            return KeptForm(try multipart(part), action: "/x").hadFiles
        }
        #expect(try hadFiles("a.pdf", "x"))
        #expect(try !hadFiles("", ""))
    }

    @Test func keptFormsKeepEverythingButSecrets() throws {
        let form = FormData(fields: [
            .init(name: "csrf", value: "t"), .init(name: "password", value: "p"),
            .init(name: "content", value: "一\n\"二\" <b>"), .init(name: "content", value: "三"),
            .init(name: "id", value: "7"),
        ])
        let kept = try #require(KeptForm(encoded: KeptForm(form, action: "/desk/x?a=1").encoded))
        #expect(kept.action == "/desk/x?a=1" && !kept.hadFiles)
        #expect(kept.fields.map(\.name) == ["content", "content", "id"])
        #expect(kept.fields.first?.value == "一\n\"二\" <b>")
        #expect(KeptForm(encoded: KeptForm(form, action: "https://evil/").encoded) == nil)
        for odd in ["", "W10", "bm9uc2Vuc2U", "W1siLyJdXQ", "!"] { #expect(KeptForm(encoded: odd) == nil) }
    }

    @Test func keptFormsShowWhatWasTypedAndNotTheirAccounts() {
        let form = FormData(fields: [
            .init(name: "asked", value: "a b c"), .init(name: "told", value: "b, c"), .init(name: "a.a", value: "true"),
            .init(name: "a.b", value: "多几张 椅子"),
        ])
        let shown = KeptForm(form, action: "/x").shown(Texts(language: .chinese, all: [:]))
        #expect(shown.fields.map(\.name) == ["asked", "told", "a.a", "a.b"])
        #expect(shown.fields.filter(\.visible).map(\.name) == ["a.b"])
    }

    @Test func requestTargetsBecomePlainPaths() {
        #expect(RequestLineGuard.plain("/a?b=c%20d") == "/a?b=c%20d")
        #expect(RequestLineGuard.plain("http://host:80/a") == "/a")
        #expect(RequestLineGuard.plain("http://host") == "/")
        #expect(RequestLineGuard.plain("https://host?x") == "/?x")
        #expect(RequestLineGuard.plain("/\u{301}?q=中") == "/%CC%81?q=%E4%B8%AD")
        for odd in [nil, "", "*", "host:443", "\u{0}", "?"] { #expect(RequestLineGuard.plain(odd) == "/-") }
    }
}
