/// A text cut into what is compared as one: a Chinese character, a Latin word, a number, a run of blanks, a sign.
///
/// Chinese has no spaces, and a dictionary of words would be another thing to keep right; a character is what the eye
/// compares. Numbers stay whole, Chinese ones too: 二十 becomes 三十, not 二 becomes 三. A grapheme cluster is never cut.
struct RedlineWords {
    /// Equal exactly when the bytes are: é in one and in two code points look alike but are not the same text.
    private(set) var ids: [Int32] = []
    /// Where each begins in `bytes`, and at last where the text ends.
    private(set) var starts: [Int] = [0]
    let bytes: [UInt8]

    /// - Parameter longWords: numbers given to words of several code points; shared by the texts that are compared.
    init(_ text: String, _ longWords: inout [ByteKey: Int32]) {
        bytes = Array(text.utf8)
        var kinds: [Kind] = []
        var position = 0
        for character in text {
            let kind = Kind(character)
            position += character.utf8.count
            if kind == .digits, kinds.suffix(2) == [.digits, .point] {
                // 3.5 is one number; the point of “1.” is a sign.
                kinds.removeLast()
                starts.removeLast(2)
                starts.append(position)
            } else if kind.runs, kind == kinds.last {
                starts[starts.count - 1] = position
            } else {
                kinds.append(kind)
                starts.append(position)
            }
        }
        ids.reserveCapacity(kinds.count)
        for (start, end) in zip(starts, starts.dropFirst()) { ids.append(id(bytes[start..<end], &longWords)) }
    }

    var count: Int { ids.count }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[starts[range.lowerBound]..<starts[range.upperBound]], as: UTF8.self)
    }

    /// A single code point is its own number; longer words get those above.
    private func id(_ word: ArraySlice<UInt8>, _ longWords: inout [ByteKey: Int32]) -> Int32 {
        var scalars = String(decoding: word, as: UTF8.self).unicodeScalars.makeIterator()
        if let only = scalars.next(), scalars.next() == nil { return Int32(only.value) }
        if let known = longWords[ByteKey(bytes: word)] { return known }
        let id = Int32(0x11_0000 + longWords.count)
        longWords[ByteKey(bytes: word)] = id
        return id
    }

    private enum Kind {
        case word, digits, chineseNumber, blank, point, other

        var runs: Bool { self != .point && self != .other }

        init(_ character: Character) {
            guard let first = character.unicodeScalars.first else {
                self = .other
                return
            }
            switch first {
            case "0"..."9", "０"..."９": self = .digits
            case "〇", "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "百", "千", "万", "亿": self = .chineseNumber
            case " ", "\t", "\u{3000}": self = .blank
            case ".": self = .point
            case "a"..."z", "A"..."Z", "ａ"..."ｚ", "Ａ"..."Ｚ": self = .word
            case "\u{80}"..<"\u{2E80}" where first.properties.isAlphabetic: self = .word
            default: self = .other
            }
        }
    }
}
