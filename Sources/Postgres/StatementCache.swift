/// The statements a connection has prepared, by what they say and their parameter types. Beyond the limit the one not used
/// for longest is given back to the server.
struct StatementCache {
    struct Key: Hashable {
        /// What stands between the values. The text itself is put together only when the server must see it.
        let literals: [String]
        let types: [UInt32]

        init(_ sql: SQL) {
            literals = sql.literals
            types = sql.values.map(\.oid)
        }
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private var entries: [Key: Entry] = [:]
    private var uses = 0
    private var named = 0
    let limit: Int

    init(limit: Int = 500) { self.limit = limit }

    var count: Int { entries.count }

    mutating func name(of key: Key) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name never given before on this connection.
    mutating func newName() -> String {
        named += 1
        return "m\(named)"
    }

    /// Records a statement the server has prepared; returns the names of those to deallocate in exchange.
    mutating func remember(_ key: Key, as name: String) -> [String] {
        uses += 1
        entries[key] = Entry(name: name, lastUse: uses)
        var dropped: [String] = []
        while entries.count > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
            dropped.append(oldest.value.name)
        }
        return dropped
    }

    mutating func forgetAll() { entries = [:] }
}
