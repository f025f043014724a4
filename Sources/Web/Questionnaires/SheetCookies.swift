import Crypto
import Foundation
import Participation

/// What a browser keeps of the questionnaires it answers: which sheet, by which invitation, and that it is the same browser.
enum SheetCookies {
    /// As long as a sheet is kept at most: the page that gives the code promises that this browser goes on with it.
    static let daysOfSheet = 30
    private static let voice = "voice"
    private static let day: TimeInterval = 86_400

    /// In the place of a holder: opened with its saving code, and its invitation is not known yet.
    static let found = "found"

    /// - Parameter holder: stands for the invitation that it is filled in by, as another must not open it; nil where none is needed.
    static func sheet(_ id: UUID, of number: String, by holder: String?) -> SetCookie {
        // Whose invitation is typed next is not sure: not for longer than the browser is open.
        SetCookie("sheet-\(number)", value(id, holder), maxAge: holder == found ? nil : daysOfSheet * 86_400)
    }

    /// Nothing is kept yet: until the browser is closed.
    static func begun(_ id: UUID, of number: String, by holder: String?) -> SetCookie {
        SetCookie("sheet-\(number)", value(id, holder), maxAge: nil)
    }

    private static func value(_ id: UUID, _ holder: String?) -> String {
        id.uuidString.lowercased() + (holder.map { "." + $0 } ?? "")
    }

    static func forgetSheet(of number: String) -> SetCookie { .removing("sheet-\(number)") }

    static func sheet(of number: String, in cookies: CookieJar) -> UUID? {
        cookies[name: "sheet-\(number)"].flatMap { UUID(uuidString: String($0.prefix { $0 != "." })) }
    }

    /// Whose the sheet is that this browser keeps; nil where it is not known.
    static func holder(of number: String, in cookies: CookieJar) -> String? {
        guard let value = cookies[name: "sheet-\(number)"], let dot = value.firstIndex(of: ".") else { return nil }
        return String(value[value.index(after: dot)...])
    }

    static func invitation(_ code: QueryCode, to number: String, _ signer: Signer) -> SetCookie {
        SetCookie(
            "invitation-\(number)",
            signer.sign(code.digits, for: "invitation to \(number)", expires: Date().addingTimeInterval(day)),
            maxAge: nil)
    }

    static func forgetInvitation(to number: String) -> SetCookie { .removing("invitation-\(number)") }

    static func invitation(to number: String, in cookies: CookieJar, _ signer: Signer) -> QueryCode? {
        cookies[name: "invitation-\(number)"].flatMap { signer.verify($0, for: "invitation to \(number)") }
            .flatMap { QueryCode($0) }
    }

    /// What stands for this browser, and the cookie to set when it has none yet.
    static func browser(in cookies: CookieJar, _ signer: Signer) -> (name: String, fresh: SetCookie?) {
        if let known = cookies[name: voice].flatMap({ signer.verify($0, for: voice) }) { return (known, nil) }
        let name = SymmetricKey(size: .bits128).withUnsafeBytes { Base64URL.encode($0) }
        let signed = signer.sign(name, for: voice, expires: Date().addingTimeInterval(365 * day))
        return (name, SetCookie(voice, signed, maxAge: Visit.year))
    }
}
