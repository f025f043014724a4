/// The part of an address that leads to one door: `新城路【12号3栋502室】`.
///
/// Only the part from the number on is found: the road or the village is what an opinion is about. A number of a document
/// (〔2020〕58号, 12号文) or a day (3月12号) is none.
enum StreetAddresses {
    private static let streets = Set("路街道巷弄里胡同坊段".unicodeScalars)
    private static let places = Set("村镇乡组队屯庄园苑寨城厦区社湾坪岗墟圩院楼栋幢座".unicodeScalars)
    private static let numerals = Set("〇零一二三四五六七八九十百".unicodeScalars)
    private static let units: [[Unicode.Scalar]] = [
        "号楼", "号院", "号铺", "号房", "单元", "号", "號", "栋", "幢", "座", "楼", "层", "室", "房",
    ].map { Array($0.unicodeScalars) }
    private static let doors: Set<Unicode.Scalar> = ["号", "號", "室", "房"]

    static func find(in signs: Signs) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 1
        while at < signs.count {
            if let before = signs[at - 1], let end = address(at: at, after: before.plain, in: signs) {
                found.append(at..<end)
                at = end
            } else {
                at += 1
            }
        }
        return found
    }

    private static func address(at start: Int, after before: Unicode.Scalar, in signs: Signs) -> Int? {
        let street = streets.contains(before)
        guard street || places.contains(before) else { return nil }
        var at = start
        var parts = 0
        var hasDoor = false
        // No address has more parts; a row of them (楼1楼1楼1…) would be read again from each of its places.
        while parts < 8, let number = number(at: at, inChinese: street || parts > 0, in: signs) {
            guard let unit = units.first(where: { matches($0, at: number, in: signs) }) else { break }
            at = number + unit.count
            parts += 1
            if unit.contains(where: doors.contains) { hasDoor = true }
            while signs[at]?.plain == "-" || signs[at]?.plain == " " { at += 1 }
        }
        while at > start, signs[at - 1]?.plain == "-" || signs[at - 1]?.plain == " " { at -= 1 }
        guard hasDoor, parts > 1 || !isOtherNumber(following: signs[at]?.plain, street: street) else { return nil }
        return at
    }

    /// Whether `N号` is a document, a metro line or a day of the month rather than a door.
    private static func isOtherNumber(following: Unicode.Scalar?, street: Bool) -> Bool {
        guard let following else { return false }
        if Set("文令件公通批函线".unicodeScalars).contains(following) { return true }
        return !street && Set("前后起开上下晚早以到至那当停".unicodeScalars).contains(following)
    }

    /// The position after a number such as `12`, `12-3`, `A12`, `三十二`.
    private static func number(at start: Int, inChinese: Bool, in signs: Signs) -> Int? {
        var at = start
        if let sign = signs[at], sign.isLetter { at += 1 }
        let letter = at > start
        var digits = 0
        while signs.isDigit(at) || (digits > 0 && signs[at]?.plain == "-" && signs.isDigit(at + 1)) {
            at += 1
            digits += 1
        }
        if digits > 0 { return digits <= 9 ? at : nil }
        if letter { return at }
        guard inChinese else { return nil }
        while let sign = signs[at], numerals.contains(sign.plain) { at += 1 }
        return at > start && at - start <= 5 ? at : nil
    }

    private static func matches(_ unit: [Unicode.Scalar], at start: Int, in signs: Signs) -> Bool {
        unit.enumerated().allSatisfy { signs[start + $0.offset]?.plain == $0.element }
    }
}
