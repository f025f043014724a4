/// Identity numbers, bank cards and telephone numbers, however their digits are grouped.
enum PersonalNumbers {
    /// Digits without anything in between. `x` is the position after an X that follows the digits.
    struct Group {
        let start: Int
        let end: Int
        let digits: [UInt8]
        let x: Int?
    }

    static func find(in signs: Signs) -> [(PersonalData.Kind, Range<Int>)] {
        var found: [(PersonalData.Kind, Range<Int>)] = []
        var at = 0
        while at < signs.count {
            guard signs.isDigit(at) else {
                at += 1
                continue
            }
            let run = self.run(at: at, in: signs)
            found.append(contentsOf: find(inRun: run, signs: signs))
            at = max(at + 1, run.last?.end ?? at + 1)
        }
        return found
    }

    /// Groups of digits with at most three separators between them.
    private static func run(at start: Int, in signs: Signs) -> [Group] {
        var groups: [Group] = []
        var at = start
        while true {
            let group = self.group(at: at, in: signs)
            groups.append(group)
            var next = group.end
            while next < group.end + 3, isSeparator(signs[next]) { next += 1 }
            guard signs.isDigit(next), next > group.end else { return groups }
            at = next
        }
    }

    private static func group(at start: Int, in signs: Signs) -> Group {
        var digits: [UInt8] = []
        var at = start
        while let sign = signs[at], sign.isDigit {
            digits.append(sign.ascii)
            at += 1
        }
        var x: Int?
        let candidate = isSeparator(signs[at]) ? at + 1 : at
        if let sign = signs[candidate], sign.ascii | 0x20 == UInt8(ascii: "x") {
            let after = signs[candidate + 1]
            if !(after?.isDigit ?? false), !(after?.isLetter ?? false) { x = candidate + 1 }
        }
        return Group(start: start, end: at, digits: digits, x: x)
    }

    private static func isSeparator(_ sign: Signs.Sign?) -> Bool {
        switch sign?.plain {
        case " ", "\t", "-", ".", "(", ")", "·", "_": true
        default: false
        }
    }

    private static func find(inRun run: [Group], signs: Signs) -> [(PersonalData.Kind, Range<Int>)] {
        var found: [(PersonalData.Kind, Range<Int>)] = []
        var first = 0
        while first < run.count {
            var best: (kind: PersonalData.Kind, rank: Int, last: Int, end: Int)?
            var digits: [UInt8] = []
            for last in first..<run.count {
                digits += run[last].digits
                if digits.count > 19 { break }
                let groups = run[first...last]
                guard isPlausible(groups, wholeRun: groups.count == run.count) else { continue }
                guard let (kind, rank, end) = judge(digits, groups: groups, signs: signs) else { continue }
                if rank <= best?.rank ?? .max { best = (kind, rank, last, end) }
            }
            if let best {
                found.append((best.kind, run[first].start..<best.end))
                first = best.last + 1
            } else {
                first += 1
            }
        }
        return found
    }

    /// People write numbers in a few groups, or digit by digit; a row of small figures is not a number.
    private static func isPlausible(_ groups: ArraySlice<Group>, wholeRun: Bool) -> Bool {
        groups.count <= 5 || (wholeRun && groups.allSatisfy { $0.digits.count <= 2 })
    }

    /// What these digits are, its rank (the lower the surer) and where it ends.
    private static func judge(
        _ digits: [UInt8], groups: ArraySlice<Group>, signs: Signs
    ) -> (kind: PersonalData.Kind, rank: Int, end: Int)? {
        guard let head = groups.first, let tail = groups.last else { return nil }
        if digits.count == 17, let end = tail.x, IdentityNumber.isValid(digits + [UInt8(ascii: "X")]) {
            return (.identityNumber, 0, end)
        }
        if IdentityNumber.isValid(digits) { return (.identityNumber, 0, tail.end) }
        if isBankCard(digits), head.digits.count >= 3 || groups.allSatisfy({ $0.digits.count == 1 }) {
            return (.bankCard, 1, tail.end)
        }
        if isMobile(digits) { return (.mobile, 2, tail.end) }
        if isLandline(digits, head: head.digits, groups: groups.count) { return (.landline, 3, tail.end) }
        if groups.count == 1, IdentityNumber.isValidOld(digits) { return (.identityNumber, 4, tail.end) }
        if digits.count == 17, let end = tail.x, IdentityNumber.isShaped(digits + [UInt8(ascii: "X")]) {
            return (.identityNumber, 5, end)
        }
        if IdentityNumber.isShaped(digits) { return (.identityNumber, 5, tail.end) }
        if isLocal(digits), groups.count <= 2, isAnnounced(head.start, in: signs) { return (.landline, 5, tail.end) }
        return nil
    }

    private static func isMobile(_ digits: [UInt8]) -> Bool {
        var rest = digits[...]
        for prefix in ["0086", "86", "0"] where rest.count == 11 + prefix.utf8.count && rest.starts(with: prefix.utf8) {
            rest = rest.dropFirst(prefix.utf8.count)
            break
        }
        guard rest.count == 11, rest.first == UInt8(ascii: "1"), let second = rest.dropFirst().first else {
            return false
        }
        return second >= UInt8(ascii: "3")
    }

    /// Area code and local number; the code may lack its zero only behind the country code.
    private static func isLandline(_ digits: [UInt8], head: [UInt8], groups: Int) -> Bool {
        var number = digits
        if groups > 1, head == Array("86".utf8) || head == Array("0086".utf8) {
            number.removeFirst(head.count)
            if number.first != UInt8(ascii: "0") { number.insert(UInt8(ascii: "0"), at: 0) }
        }
        guard groups <= 4, number.count >= 11, number.first == UInt8(ascii: "0") else { return false }
        let short = number.starts(with: "010".utf8) || number[1] == UInt8(ascii: "2")
        if !short, number[1] < UInt8(ascii: "3") { return false }
        return isLocal(number.dropFirst(short ? 3 : 4)) && (!short || number.count == 11)
    }

    private static func isLocal(_ digits: some Collection<UInt8>) -> Bool {
        guard digits.count == 7 || digits.count == 8, let first = digits.first else { return false }
        return (UInt8(ascii: "2")...UInt8(ascii: "8")).contains(first)
    }

    /// Seven or eight digits alone can be anything; behind a word for telephone they are one.
    private static func isAnnounced(_ start: Int, in signs: Signs) -> Bool {
        let before = (max(0, start - 6)..<start).reduce(into: "") { text, position in
            if let sign = signs[position] { text.unicodeScalars.append(sign.plain) }
        }.lowercased()
        return ["电话", "電話", "座机", "固话", "致电", "tel"].contains { before.contains($0) }
    }

    /// 16 to 19 digits with the Luhn check; the first digit is one that cards have.
    private static func isBankCard(_ digits: [UInt8]) -> Bool {
        guard (16...19).contains(digits.count), let first = digits.first,
            (UInt8(ascii: "3")...UInt8(ascii: "9")).contains(first), Set(digits).count > 2
        else { return false }
        var sum = 0
        for (position, byte) in digits.reversed().enumerated() {
            var value = Int(byte) - Int(UInt8(ascii: "0"))
            if position % 2 == 1 { value = value * 2 > 9 ? value * 2 - 9 : value * 2 }
            sum += value
        }
        return sum % 10 == 0
    }
}
