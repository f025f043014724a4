import Testing
import Text

struct BytePlacesTests {
    @Test(arguments: [
        ("abcabc", "bc", ["bc", "bc"]), ("aaaa", "aa", ["aa", "aa"]), ("意见箱和意见", "意见", ["意见", "意见"]), ("abc", "d", []),
        ("abc", "", []), ("", "a", []), ("", "", []), ("ab", "abc", []),
    ])
    func wordsAreFoundInOrderAndWithoutOverlaps(text: String, words: String, found: [String]) {
        #expect(text.places(of: words).map { String(text[$0]) } == found)
        let places = text.places(of: words)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    }

    @Test func aWordBeforeACombiningSignIsFound() {
        let text = "a mark\u{301}"
        let places = text.places(of: "mark")
        #expect(places.map { String(text.unicodeScalars[$0]) } == ["mark"])
    }

    @Test func itFindsWhatTheStandardLibraryFinds() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let text = String((0..<Int.random(in: 0...40, using: &numbers)).map { _ in "ab意".randomElement() ?? "a" })
            let words = String((0..<Int.random(in: 1...3, using: &numbers)).map { _ in "ab意".randomElement() ?? "a" })
            #expect(text.places(of: words) == text.utf8.ranges(of: words.utf8), "\(words) in \(text)")
        }
    }
}
