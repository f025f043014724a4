/// Why the program cannot go on, in a sentence for the person at the terminal: what happened, and what to do.
struct StartFailure: Error, CustomStringConvertible {
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }

    var description: String { sentence }
}
