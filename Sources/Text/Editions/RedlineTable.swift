/// Two editions side by side, line by line: what a page, a print or an export of the changes is made from.
package struct RedlineTable: Sendable, Equatable {
    package enum Line: Sendable, Equatable {
        /// Positions in the new edition of passages that stand in a row, in order and word for word as before.
        case unchanged(Range<Int>)
        case changed(Change)
    }

    package struct Change: Sendable, Equatable {
        /// Says where all of the passage came from and went to.
        package let link: EditionMatch.Link
        /// Its place in the new edition; nil at an old place: of what was dropped, and where something moved away.
        package let position: Int?
        /// One for each column; none where something moved away, for its words stand at the new place.
        ///
        /// Of a split each part shows what it took over as kept; of a merge the words of all parts stand one after the
        /// other.
        package let cells: [Redline]
    }

    /// In the order of the new edition. What is at an old place stands before the next passage that kept its order.
    package let lines: [Line]

    package init(from old: [[String]], to new: [[String]], match: EditionMatch) {
        var places: [(position: Int, change: Change)] = []
        var gone: [(position: Int, change: Change)] = []
        for link in match.links {
            for (position, cells) in zip(link.new, Self.cells(link, old, new)) {
                places.append((position, Change(link: link, position: position, cells: cells)))
            }
            guard link.relation == .moved || link.relation == .dropped else { continue }
            for position in link.old {
                let cells = link.relation == .dropped ? old[position].map { Redline(from: $0, to: "") } : []
                gone.append((position, Change(link: link, position: nil, cells: cells)))
            }
        }
        places.sort { $0.position < $1.position }
        gone.sort { $0.position > $1.position }
        var lines: [Line] = []
        for (position, change) in places {
            let link = change.link
            if link.relation == .unchanged || link.relation == .reworded {
                while let last = gone.last, last.position < link.old[0] {
                    lines.append(.changed(last.change))
                    gone.removeLast()
                }
            }
            if link.relation != .unchanged {
                lines.append(.changed(change))
            } else if case .unchanged(let run) = lines.last {
                lines[lines.count - 1] = .unchanged(run.lowerBound..<position + 1)
            } else {
                lines.append(.unchanged(position..<position + 1))
            }
        }
        self.lines = lines + gone.reversed().map { .changed($0.change) }
    }

    /// The cells of each new passage of the link.
    private static func cells(_ link: EditionMatch.Link, _ old: [[String]], _ new: [[String]]) -> [[Redline]] {
        guard link.relation != .unchanged else { return [[]] }
        let sources = link.old.map { old[$0] }
        let targets = link.new.map { new[$0] }
        let columns = (sources + targets).map(\.count).max() ?? 0
        let byColumn = (0..<columns).map { column in
            redlines(
                sources.map { column < $0.count ? $0[column] : "" }, targets.map { column < $0.count ? $0[column] : "" }
            )
        }
        return targets.indices.map { target in byColumn.map { $0[target] } }
    }

    /// One for each of `new`. What stands in several rows the same, as a unit or a law does, is not taken for several.
    private static func redlines(_ old: [String], _ new: [String]) -> [Redline] {
        if old.count == 1, new.count == 1 { return zip(old, new).map { Redline(from: $0, to: $1) } }
        let before = distinct(old).joined()
        let changed = distinct(new.filter { $0 != before })
        let cuts = Redline(from: before, to: changed.joined()).cut(into: changed)
        return new.map { text in
            changed.firstIndex(of: text).map { cuts[$0] } ?? Redline(from: text, to: text)
        }
    }

    private static func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
