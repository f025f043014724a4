/// Finds personal data in free text, before anything is published.
///
/// It is a net with a purpose: it prefers to stop at something harmless over letting a number through, and a person decides.
package enum PersonalData {
    package enum Kind: String, Sendable, Equatable, CaseIterable {
        case identityNumber = "identity_number"
        case bankCard = "bank_card"
        case mobile
        case landline
        case email
        case plate
        case address
    }

    package struct Finding: Sendable, Equatable {
        package let kind: Kind
        package let range: Range<String.Index>
    }

    /// What was found, in order and without overlaps.
    package static func find(in text: String) -> [Finding] {
        let signs = Signs(text)
        // Earlier ones win where two overlap: the digits in an e-mail address are not a telephone number.
        let passes: [[(Kind, Range<Int>)]] = [
            EmailAddresses.find(in: signs).map { (.email, $0) },
            NumberPlates.find(in: signs).map { (.plate, $0) },
            PersonalNumbers.find(in: signs),
            StreetAddresses.find(in: signs).map { (.address, $0) },
        ]
        var kept: [(kind: Kind, range: Range<Int>)] = []
        for pass in passes {
            let earlier = kept
            for (kind, range) in pass where !earlier.contains(where: { $0.range.overlaps(range) }) {
                kept.append((kind, range))
            }
        }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }.map {
            Finding(kind: $0.kind, range: signs.range($0.range.lowerBound, $0.range.upperBound))
        }
    }

    /// The text with everything found replaced by its mask.
    package static func masked(_ text: String) -> String {
        replacing(
            find(in: text).map { ($0.range, mask(String(text.unicodeScalars[$0.range]), as: $0.kind)) }, in: text)
    }

    /// The text without some passages, wherever they stand in it sign for sign, and without everything found: each place becomes
    /// `blank`, however long it was, and places that touch become one.
    ///
    /// What is found is blanked, too, and not masked: without the passage beside it, it might not be found any more.
    package static func blanked(_ text: String, without passages: [String]) -> String {
        let places = passages.flatMap(text.places(of:)) + find(in: text).map(\.range)
        var blanks: [Range<String.Index>] = []
        for place in places.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = blanks.last, place.lowerBound <= last.upperBound {
                blanks.removeLast()
                blanks.append(last.lowerBound..<max(last.upperBound, place.upperBound))
            } else {
                blanks.append(place)
            }
        }
        return replacing(blanks.map { ($0, blank) }, in: text)
    }

    /// What stands where something was taken out.
    package static let blank = "***"

    /// - Parameter places: in order and without overlaps.
    private static func replacing(_ places: [(range: Range<String.Index>, words: String)], in text: String) -> String {
        var result = ""
        var at = text.startIndex
        for place in places {
            result.unicodeScalars.append(contentsOf: text.unicodeScalars[at..<place.range.lowerBound])
            result += place.words
            at = place.range.upperBound
        }
        result.unicodeScalars.append(contentsOf: text.unicodeScalars[at...])
        return result
    }

    private static func mask(_ text: String, as kind: Kind) -> String {
        switch kind {
        case .identityNumber: Mask.identityNumber(text)
        case .bankCard: Mask.bankCard(text)
        case .mobile, .landline: Mask.phone(text)
        case .email: Mask.email(text)
        case .plate: Mask.plate(text)
        case .address: blank
        }
    }
}
