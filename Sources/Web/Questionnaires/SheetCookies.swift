import Crypto
import Foundation
import Participation

/// What a browser keeps of the questionnaires it answers: which sheet, by which invitation, and that it is the same browser.
enum SheetCookies {
    /// As long as a sheet is kept at most: the page that gives the code promises that this browser goes on with it.
    static let daysOfSheet = 30
    private static let voice = "voice"
    private static let day: TimeInterval = 86_400

    static func sheet(_ id: UUID, of number: String) -> SetCookie {
        SetCookie("sheet-\(number)", id.uuidString.lowercased(), maxAge: daysOfSheet * 86_400)
    }

    /// Nothing is kept yet: until the browser is closed.
    static func begun(_ id: UUID, of number: String) -> SetCookie {
        SetCookie("sheet-\(number)", id.uuidString.lowercased(), maxAge: nil)
    }

    static func forgetSheet(of number: String) -> SetCookie { .removing("sheet-\(number)") }

    static func sheet(of number: String, in cookies: CookieJar) -> UUID? {
        cookies[name: "sheet-\(number)"].flatMap(UUID.init(uuidString:))
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
