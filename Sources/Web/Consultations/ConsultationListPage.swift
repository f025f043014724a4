/// All consultations, a tab for each shelf.
struct ConsultationListPage: Page {
    static let template = "consultations/list"

    struct Tab: Sendable {
        let href: String
        let text: String
        let current: Bool
    }

    let title: String
    /// The name of the shelf shown.
    let shelf: String
    let tabs: [Tab]
    let cards: Filled<ConsultationCard>?
    let empty: String?
    /// The next page of the list.
    let moreHref: String?

    static let samples = [
        ConsultationListPage(
            title: "征求意见", shelf: "正在进行",
            tabs: [
                Tab(href: "/consultations", text: "正在征求", current: true), Tab(href: "/x", text: "y", current: false),
            ],
            cards: Filled(ConsultationCard.samples), empty: nil, moreHref: "/consultations?after=3"),
        ConsultationListPage(
            title: "征求意见", shelf: "正在进行", tabs: [], cards: nil, empty: "现在没有正在征求意见的事项。", moreHref: nil),
    ]
}
