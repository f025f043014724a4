/// Plates of GA 36: a province, a letter, five or (new energy) six letters and digits.
enum NumberPlates {
    private static let provinces = Set("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".unicodeScalars)
    private static let endings = Set("挂学警港澳".unicodeScalars)

    static func find(in signs: Signs) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for start in 0..<signs.count {
            guard let province = signs[start], provinces.contains(province.plain), isPlateLetter(signs[start + 1])
            else {
                continue
            }
            var at = start + 2
            if isSeparator(signs[at]) { at += 1 }
            if isSeparator(signs[at]) { at += 1 }
            let body = at
            var digits = 0
            while let sign = signs[at], sign.isDigit || isPlateLetter(sign), at < body + 7 {
                digits += sign.isDigit ? 1 : 0
                at += 1
            }
            if at == body + 4, let sign = signs[at], endings.contains(sign.plain) { at += 1 }
            if (5...6).contains(at - body), digits >= 2 { found.append(start..<at) }
        }
        return found
    }

    private static func isSeparator(_ sign: Signs.Sign?) -> Bool {
        switch sign?.plain {
        case " ", "-", "·", "•", "・", ".": true
        default: false
        }
    }

    private static func isPlateLetter(_ sign: Signs.Sign?) -> Bool {
        guard let sign, sign.isLetter else { return false }
        return sign.ascii | 0x20 != UInt8(ascii: "i") && sign.ascii | 0x20 != UInt8(ascii: "o")
    }
}
