import Participation

extension Texts {
    /// The sentence of a rule of the database that said no; nil where the error is no rule of ours, or has no sentence.
    func refusal(_ error: any Error) -> String? {
        guard let refusal = error as? Refusal ?? Refusal(error), has(refusal.key) else { return nil }
        return self[
            refusal.key,
            [
                "count": refusal.numbers.count,
                "numbers": refusal.numbers.joined(separator: self["refusals.separator"]),
            ]
        ]
    }
}
