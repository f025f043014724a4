import Hummingbird
import Participation

enum GatheringPages {
    static let all: [any Page.Type] = [
        GatheringPage.self, GatheringListPage.self, GatheringFormPage.self, GatheringDeskPage.self,
        PersonFormPage.self, GatheringPaperPage.self, GatheringChangePage.self, ProposalsPage.self,
        GatheringFilesPage.self, CardsPage.self, GuestPage.self,
    ]
}

extension WebApplication {
    /// Hearings, forums and visits: what everybody reads, and where they are prepared.
    func addGatherings(to router: Router<MinyiContext>) {
        addPublicGatherings(to: router)
        let desk = desk(router)
        addGatheringDesk(to: desk)
        addGatheringPeople(to: desk)
        addGatheringPapers(to: desk)
        addGatheringFiles(to: desk)
        addProposals(to: desk, public: router)
    }
}
