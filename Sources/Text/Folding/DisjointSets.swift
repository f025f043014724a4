/// Which of `count` things belong together, after pairs have been joined. A set is known by its first member.
struct DisjointSets {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<Int32(count)).map { $0 } }

    mutating func first(of member: Int) -> Int {
        var member = member
        while Int(parents[member]) != member {
            parents[member] = parents[Int(parents[member])]
            member = Int(parents[member])
        }
        return member
    }

    mutating func join(_ one: Int, _ other: Int) {
        let (one, other) = (first(of: one), first(of: other))
        parents[max(one, other)] = Int32(min(one, other))
    }
}
