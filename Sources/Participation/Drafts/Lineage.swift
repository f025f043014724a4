import Foundation

/// Which row of a new edition continues which row of the one before.
///
/// Rows are matched in passes, each over what is still unmatched, and only where exactly one row on both sides fits:
/// 1. items and publisher are the same (一级, 二级, 三级事项 and 公开主体);
/// 2. the items are the same;
/// 3. first-level item and content are the same (the second-level item was reworded);
/// 4. number, and first-level item or content, are the same (two things were reworded at once).
/// In the first pass rows that are alike in every respect are matched in their order. A row that nothing fits is new.
struct Lineage {
    struct Line: Sendable {
        let lineage: UUID
        let number: String
        let level1: String
        let level2: String
        let level3: String
        let publisher: String
        let contentElements: String
    }

    /// One lineage for each of `rows`, in order.
    static func continuing(_ old: [Line], to rows: [DirectorySheet.Row]) -> [UUID] {
        let new = rows.map {
            Line(
                lineage: UUID(), number: $0.number, level1: $0[.level1], level2: $0[.level2], level3: $0[.level3],
                publisher: $0[.publisher], contentElements: $0[.contentElements])
        }
        var found: [Int: UUID] = [:]
        var taken: Set<Int> = []
        func pass(inOrder: Bool = false, _ key: (Line) -> [String]) {
            let before = Dictionary(grouping: old.indices.filter { !taken.contains($0) }) { key(old[$0]) }
            let after = Dictionary(grouping: new.indices.filter { found[$0] == nil }) { key(new[$0]) }
            for (key, candidates) in after {
                guard let sources = before[key] else { continue }
                guard inOrder || candidates.count == 1 && sources.count == 1 else { continue }
                for (candidate, source) in zip(candidates, sources) {
                    found[candidate] = old[source].lineage
                    taken.insert(source)
                }
            }
        }
        pass(inOrder: true) { [$0.level1, $0.level2, $0.level3, $0.publisher, $0.contentElements] }
        pass { [$0.level1, $0.level2, $0.level3, $0.publisher] }
        pass { [$0.level1, $0.level2, $0.level3] }
        pass { [$0.level1, $0.contentElements] }
        pass { [$0.number, $0.level1] }
        pass { [$0.number, $0.contentElements] }
        return new.indices.map { found[$0] ?? new[$0].lineage }
    }
}
