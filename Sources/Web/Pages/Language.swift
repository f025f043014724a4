/// A language the site speaks. Simplified Chinese first; English for guests.
package enum Language: String, Sendable, CaseIterable {
    case chinese = "zh-Hans"
    case english = "en"

    /// The value of `<html lang>`.
    package var tag: String { self == .chinese ? "zh-CN" : "en" }

    /// The first of our languages among those a browser asks for, by weight (RFC 9110 §12.5.4); Chinese when none is ours.
    package init(acceptLanguage header: String?) {
        var best: (language: Language, weight: Double)?
        for range in (header ?? "").utf8.split(separator: UInt8(ascii: ",")).prefix(20) {
            let parsed = HeaderParameters(String(decoding: range, as: UTF8.self))
            let weight = parsed.parameters["q"].flatMap(Double.init) ?? 1
            let language: Language? =
                parsed.value == "en" || parsed.value.utf8.starts(with: "en-".utf8)
                ? .english : parsed.value == "zh" || parsed.value.utf8.starts(with: "zh-".utf8) ? .chinese : nil
            guard let language, weight > 0, weight > (best?.weight ?? 0) else { continue }
            best = (language, weight)
        }
        self = best?.language ?? .chinese
    }

    /// The language of a terminal by its locale (POSIX: `LC_ALL`, else `LC_MESSAGES`, else `LANG`): English, as everything else the
    /// command says, unless that is Chinese.
    package init(terminal environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        self = locale?.hasPrefix("zh") == true ? .chinese : .english
    }
}
