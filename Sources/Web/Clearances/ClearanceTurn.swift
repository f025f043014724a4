import Participation

/// Whose turn it is with a clearance: what a page offers this person. The database decides what they may.
struct ClearanceTurn: Sendable {
    /// Says what it is and proposes its attribute.
    let describes: Bool
    let reviews: Bool
    let approves: Bool
    let recordsPaper: Bool
    let publishes: Bool
    /// They could approve, had they not prepared it themselves.
    let isOwn: Bool

    init(_ file: ClearanceFile, for staff: StaffActor) {
        let (it, stage) = (file.clearance, file.clearance.stage)
        func holds(_ roles: StaffRole...) -> Bool { roles.contains { staff.has($0, in: it.unitIDs) } }
        let isAuthor = it.preparedByID == staff.staffID
        describes = stage == .review && holds(.organiser)
        reviews = stage == .review && holds(.secrecyReviewer) && !isAuthor
        isOwn = stage == .approval && holds(.approver) && isAuthor
        approves = stage == .approval && holds(.approver) && !isAuthor
        recordsPaper = stage == .approval && holds(.organiser, .clerk, .approver) && !isAuthor
        publishes = stage == .cleared && holds(.organiser) && it.kind != .draft && !file.waitsForDraft
    }
}

extension ClearanceFile {
    /// It names a draft that is not cleared itself.
    var waitsForDraft: Bool {
        [.announcement, .correction].contains(clearance.kind) && companion?.stage != .cleared
    }
}

extension Texts {
    /// Where it stands, and who can go on: never only that somebody may not.
    func standing(_ file: ClearanceFile, _ turn: ClearanceTurn) -> String {
        let it = file.clearance
        let others = file.signatories.filter { $0.id != it.preparedByID || it.stage == .cleared }
        let names = others.map { self["clearances.signatory", ["name": $0.name, "unit": $0.unitName]] }
            .joined(separator: self["clearances.separator"])
        func who(_ key: String) -> String {
            self[names.isEmpty ? "clearances.standing.\(key)_nobody" : "clearances.standing.\(key)", ["names": names]]
        }
        switch it.stage {
        case .review: return turn.reviews ? self["clearances.standing.review_yours"] : who("review")
        case .approval:
            if turn.approves { return self["clearances.standing.approval_yours"] }
            return who(turn.isOwn ? "approval_own" : "approval")
        case .cleared:
            if it.kind == .draft { return self["clearances.standing.draft"] }
            if file.waitsForDraft { return self["clearances.standing.waits_for_draft"] }
            return turn.publishes ? self["clearances.standing.cleared_yours"] : who("cleared")
        case .published, .refused, .kept, .lapsed: return self["clearances.standing.\(it.stage.rawValue)"]
        }
    }

    /// Where to go on from a clearance that is finished.
    func elsewhere(_ file: ClearanceFile) -> ClearancePage.Link? {
        let it = file.clearance
        if let version = file.published {
            return .init(
                text: self["clearances.read_public"],
                href: version.kind.address(of: it.subject.publishedUnder, version: version.version))
        }
        guard !it.isPending, let next = file.successor else { return nil }
        return .init(text: self["clearances.read_newer"], href: "/desk/clearances/\(next.id)")
    }

    /// How who drafts goes on from what was refused, stays inside or has lapsed, step by step; nothing where somebody has gone on.
    func wayOn(_ file: ClearanceFile, for staff: StaffActor) -> [ClearancePage.Link] {
        let it = file.clearance
        guard [.refused, .kept, .lapsed].contains(it.stage), file.successor == nil,
            staff.has(.organiser, in: it.unitIDs)
        else { return [] }
        let procedure = it.subject.deskHref
        let draft = if case .procedure(_, _, let id) = it.subject { "/desk/drafts/\(id)" } else { procedure }
        func link(_ key: String, _ href: String) -> ClearancePage.Link {
            .init(text: self["clearances.way_on.\(key)"], href: href)
        }
        return switch it.kind {
        case .draft: [link("draft", draft), link("choose", procedure + "/edit"), link("again", procedure)]
        case .revision: [link("draft", draft), link("again", procedure)]
        case .announcement: [link("edit", procedure + "/edit"), link("again", procedure)]
        case .result: [link("result", procedure + "/result")]
        case .questionnaireResult: [link("result", procedure)]
        case .gatheringNotice, .participantList, .gatheringRecord:
            [link("gathering", "\(procedure)/papers/\(it.kind.rawValue)")]
        case .gatheringChange: [link("gathering", procedure)]
        case .hearingAnswer: [link("proposals", procedure + "/proposals")]
        case .extension, .suspension, .resumption, .termination, .correction: [link("again", procedure)]
        }
    }
}
