/// On whose behalf a transaction runs: settings that last as long as the transaction and that policies read with
/// `current_setting`. Names look like `minyi.staff_id`.
package struct DatabaseActor: Sendable {
    package let settings: [(name: String, value: String)]

    package init(settings: [(name: String, value: String)]) { self.settings = settings }

    /// Nobody in particular. Nothing is set.
    package static let anonymous = DatabaseActor(settings: [])

    /// Sets everything in one statement, until the end of the transaction; nil if there is nothing to set.
    var statement: SQL? {
        if settings.isEmpty { return nil }
        let calls = settings.map { setting -> SQL in "set_config(\(setting.name), \(setting.value), true)" }
        return "select \(calls.joined(separator: ", "))"
    }
}
