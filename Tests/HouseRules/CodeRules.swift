import Foundation
import Testing

/// What no line of the program may do.
@Suite struct CodeRules {
    static let code = Result { try Checkout.files("Sources", ".swift").map(\.codeOnly) }

    /// Outside data must never end the server.
    @Test func nothingTraps() throws {
        let traps = /\btry!|\bas!|\bfatalError\(|\bpreconditionFailure\(|\bprecondition\(|[\w\)\]\}]!(?![=\w])/
        #expect(Checkout.findings(in: try Self.code.get()) { $0.contains(traps) } == [])
    }

    /// Only the command speaks to a terminal; everything else logs.
    @Test func onlyTheCommandPrints() throws {
        let files = try Self.code.get().filter { !$0.path.hasPrefix("Sources/minyi/") }
        let output = /\b(print|debugPrint|dump)\(/
        #expect(Checkout.findings(in: files) { $0.contains(output) } == [])
    }

    /// Nobody outside uses these modules.
    @Test func nothingIsPublic() throws {
        let access = /\s*(public|open)\s/
        #expect(Checkout.findings(in: try Self.code.get()) { $0.prefixMatch(of: access) != nil } == [])
    }

    /// Pages escape by one content type, and the content security policy allows no inline script or style.
    @Test func templatesCannotInject() throws {
        // Unescaped only what is typed as markup, and named so.
        let raw = /\{\{\{(?!\s*[\w.]*[mM]arkup\s*\}\}\})|\{\{\s*&/
        let inline = /<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:/.ignoresCase()
        let templates = try Checkout.files("web/templates", ".mustache", ".html")
        #expect(Checkout.findings(in: templates) { $0.contains(raw) || $0.contains(inline) } == [])
    }

    /// The privacy notice says that no addresses are kept; the example of a proxy in front must not break that promise.
    @Test func theExampleOfAProxyLogsNobody() throws {
        let formats = try Checkout.files("ops/nginx", ".conf").flatMap(\.lines).filter { $0.hasPrefix("log_format") }
        #expect(!formats.isEmpty)
        for format in formats {
            #expect(!format.contains(/\$(remote|realip|binary_remote|http_|proxy_add|uri|request\b|request_uri|args)/))
        }
    }

    /// The scanner that the rules rely on.
    @Test func scannerBlanksCommentsAndStrings() {
        let text = """
            let a = "x! \\(b["k"] ?? "!") y!" // c!
            let d = e!
            """
        let scanned = Checkout.File(path: "", text: text).codeOnly
        #expect(scanned.text == "let a = \"\" \nlet d = e!")
    }
}
