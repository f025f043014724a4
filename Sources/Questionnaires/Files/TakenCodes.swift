/// Codes of a file as codes that are allowed here, each only once.
struct TakenCodes {
    private var used: Set<String> = []
    private var taken: [String: String] = [:]
    /// By code, the number to try next.
    private var next: [String: Int] = [:]
    private let mayBeginWithDigit: Bool

    init(mayBeginWithDigit: Bool = false) { self.mayBeginWithDigit = mayBeginWithDigit }

    /// What the code is called here.
    subscript(foreign: String) -> String? { taken[foreign] }

    mutating func take(_ foreign: String) -> String {
        var code = String(
            foreign.unicodeScalars.map {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) ? Character($0) : "_"
            })
        code = String(code.drop { $0 == "_" }.prefix(50))
        let begin = code.utf8.first
        if begin == nil || (!mayBeginWithDigit && FormulaLexer.isDigit(begin ?? 0)) { code = "q" + code }
        // The builder's form of a new question has the address `new`.
        if !mayBeginWithDigit, FormulaScope.reserved.contains(code) || code == "new" { code += "_" }
        var free = code
        while !used.insert(free).inserted {
            let number = next[code] ?? 2
            free = "\(code)_\(number)"
            next[code] = number + 1
        }
        taken[foreign] = taken[foreign] ?? free
        return free
    }
}
