import Foundation

/// What the browser of a kiosk keeps: that it is one, and for a while the sheet of who stands before it.
enum KioskCookies {
    private static let deviceName = "kiosk"
    private static let sheetName = "kiosk-sheet"
    private static let doneName = "kiosk-done"

    static func device(_ secret: UUID) -> SetCookie {
        SetCookie(deviceName, secret.uuidString.lowercased(), maxAge: Visit.year)
    }

    static func device(in cookies: CookieJar) -> UUID? {
        cookies[name: deviceName].flatMap(UUID.init(uuidString:))
    }

    static func isKiosk(_ cookies: CookieJar) -> Bool { cookies[name: deviceName] != nil }

    static func sheet(_ id: UUID) -> SetCookie { SetCookie(sheetName, id.uuidString.lowercased(), maxAge: nil) }

    static func sheet(in cookies: CookieJar) -> UUID? {
        cookies[name: sheetName].flatMap(UUID.init(uuidString:))
    }

    static func isBegun(_ cookies: CookieJar) -> Bool { cookies[name: sheetName] != nil }

    /// A sheet was sent: for a minute its receipt can be asked for.
    static func done(_ number: String, key: UUID, _ signer: Signer) -> SetCookie {
        let signed = signer.sign(
            "\(number) \(key.uuidString)", for: doneName, expires: Date().addingTimeInterval(60))
        return SetCookie(doneName, signed, maxAge: 60)
    }

    /// Number and key of the sheet that was sent within this minute.
    static func done(in cookies: CookieJar, _ signer: Signer) -> (number: String, key: UUID)? {
        let value = cookies[name: doneName].flatMap { signer.verify($0, for: doneName) }
        let parts = value?.split(separator: " ").map(String.init) ?? []
        guard parts.count == 2, let key = UUID(uuidString: parts[1]) else { return nil }
        return (parts[0], key)
    }

    /// The browser stays a kiosk, and knows nothing of who stood before it.
    static func forgetSheet(in cookies: CookieJar) -> [SetCookie] {
        [sheetName, doneName].filter { cookies[name: $0] != nil }.map { SetCookie.removing($0) }
    }
}
