import Foundation

/// What a published version says: the only shapes in which anything becomes public.
///
/// Each is frozen as JSON when a clearance is prepared and never changed afterwards. Times are ISO 8601 in UTC.
package enum PublishedContent {
    /// A draft as it is put before the public.
    package struct Draft: Codable, Sendable, Equatable {
        package struct Edition: Codable, Sendable, Equatable {
            package var id: Int
            package var ordinal: Int
            package var stage: String

            package init(id: Int, ordinal: Int, stage: String) {
                (self.id, self.ordinal, self.stage) = (id, ordinal, stage)
            }
        }

        /// One row of a directory, with the national columns.
        package struct Passage: Codable, Sendable, Equatable {
            package var position: Int
            package var lineage: UUID
            package var number: String
            package var level1: String
            package var level2: String
            package var level3: String
            package var contentElements: String
            package var legalBasis: String
            package var timeLimit: String
            package var publisher: String
            package var carriers: String
            package var audience: String
            package var disclosureMode: String
            package var tier: String
            package var source: String
            /// A clause or heading of a text; nil for a row.
            package var text: String?
            /// 1, 2 … of a heading; nil for a row or clause.
            package var depth: Int?
            /// By local column; nil without any.
            package var extras: [String: String]?

            package init(
                position: Int, lineage: UUID, number: String, level1: String, level2: String, level3: String,
                contentElements: String, legalBasis: String, timeLimit: String, publisher: String, carriers: String,
                audience: String, disclosureMode: String, tier: String, source: String, text: String? = nil,
                depth: Int? = nil, extras: [String: String]? = nil
            ) {
                (self.position, self.lineage, self.number) = (position, lineage, number)
                (self.level1, self.level2, self.level3) = (level1, level2, level3)
                (self.contentElements, self.legalBasis, self.timeLimit) = (contentElements, legalBasis, timeLimit)
                (self.publisher, self.carriers, self.audience) = (publisher, carriers, audience)
                (self.disclosureMode, self.tier, self.source) = (disclosureMode, tier, source)
                (self.text, self.depth, self.extras) = (text, depth, extras)
            }
        }

        /// Where the passages come from in an edition that was published before.
        package struct Origins: Codable, Sendable, Equatable {
            package var ordinal: Int
            /// For each passage the positions there, from 1; none of what is new.
            package var positions: [[Int]]

            package init(ordinal: Int, positions: [[Int]]) { (self.ordinal, self.positions) = (ordinal, positions) }
        }

        /// An opinion that changes carry out. What of it everyone may read stands in the published result, and only there.
        package struct CarriedOut: Codable, Sendable, Equatable {
            /// The submission, and which of its opinions, from 1.
            package var number: String
            package var part: Int
            /// Positions of the changed passages.
            package var passages: [Int]
            /// Positions, in the edition that was commented on, of those that were dropped.
            package var dropped: [Int]

            package init(number: String, part: Int, passages: [Int], dropped: [Int]) {
                (self.number, self.part) = (number, part)
                (self.passages, self.dropped) = (passages, dropped)
            }

            /// Those that are not among the earlier ones.
            package static func new(in later: [CarriedOut], since earlier: [CarriedOut]) -> [CarriedOut] {
                later.filter { opinion in
                    !earlier.contains { $0.number == opinion.number && $0.part == opinion.part }
                }
            }
        }

        package var title: String
        package var field: String
        package var unit: String
        package var edition: Edition
        package var passages: [Passage]
        /// Local columns in order; nil without any.
        package var extraColumns: [String]?
        /// Only of a later edition; one for each edition that was published before.
        package var origins: [Origins]?
        package var carriedOut: [CarriedOut]?

        package init(
            title: String, field: String, unit: String, edition: Edition, passages: [Passage],
            extraColumns: [String]? = nil, origins: [Origins]? = nil, carriedOut: [CarriedOut]? = nil
        ) {
            (self.title, self.field, self.unit) = (title, field, unit)
            (self.edition, self.passages, self.extraColumns) = (edition, passages, extraColumns)
            (self.origins, self.carriedOut) = (origins, carriedOut)
        }
    }

    /// The notice that opens a consultation.
    package struct Announcement: Codable, Sendable, Equatable {
        package struct Rule: Codable, Sendable, Equatable {
            package var name: String
            package var basis: String
            package var amount: Int
            package var dayKind: String
            /// False for a plan or a practice that nobody is bound by.
            package var binding: Bool

            package init(name: String, basis: String, amount: Int, dayKind: String, binding: Bool) {
                (self.name, self.basis, self.amount) = (name, basis, amount)
                (self.dayKind, self.binding) = (dayKind, binding)
            }
        }

        package struct Period: Codable, Sendable, Equatable {
            /// Days after the day of opening, which is not counted.
            package var days: Int
            /// `calendar` or `working`.
            package var kind: String
            package var rule: Rule?
            package var shorter: Bool

            package init(days: Int, kind: String, rule: Rule?, shorter: Bool) {
                (self.days, self.kind, self.rule, self.shorter) = (days, kind, rule, shorter)
            }
        }

        package struct Contact: Codable, Sendable, Equatable {
            package var phone: String
            package var address: String
            package var postcode: String
            package var email: String

            package init(phone: String, address: String, postcode: String, email: String) {
                (self.phone, self.address, self.postcode, self.email) = (phone, address, postcode, email)
            }
        }

        /// Planned days (ISO dates) after closing; nil where none is planned.
        package struct Timeline: Codable, Sendable, Equatable {
            package var revisionDueOn: String?
            package var publicationDueOn: String?
            package var resultDueOn: String?

            package init(revisionDueOn: String?, publicationDueOn: String?, resultDueOn: String?) {
                self.revisionDueOn = revisionDueOn
                self.publicationDueOn = publicationDueOn
                self.resultDueOn = resultDueOn
            }
        }

        package var title: String
        package var field: String
        package var unit: String
        package var legalBasis: String
        package var explanatoryNote: String
        package var opensAt: Date
        package var closesAt: Date
        package var period: Period
        package var shorteningReason: String
        package var contact: Contact
        package var timeline: Timeline
        package var nameRule: String
        package var phoneRule: String

        package init(
            title: String, field: String, unit: String, legalBasis: String, explanatoryNote: String, opensAt: Date,
            closesAt: Date, period: Period, shorteningReason: String, contact: Contact, timeline: Timeline,
            nameRule: String, phoneRule: String
        ) {
            (self.title, self.field, self.unit, self.legalBasis) = (title, field, unit, legalBasis)
            (self.explanatoryNote, self.opensAt, self.closesAt) = (explanatoryNote, opensAt, closesAt)
            (self.period, self.shorteningReason, self.contact) = (period, shorteningReason, contact)
            (self.timeline, self.nameRule, self.phoneRule) = (timeline, nameRule, phoneRule)
        }
    }

    /// An extension, suspension, resumption, termination or corrected draft, with its reason.
    package struct Change: Codable, Sendable, Equatable {
        package var title: String
        package var unit: String
        package var reason: String
        package var oldClosesAt: Date?
        package var newClosesAt: Date?
        package var editionOrdinal: Int?

        package init(
            title: String, unit: String, reason: String, oldClosesAt: Date?, newClosesAt: Date?, editionOrdinal: Int?
        ) {
            (self.title, self.unit, self.reason) = (title, unit, reason)
            (self.oldClosesAt, self.newClosesAt, self.editionOrdinal) = (oldClosesAt, newClosesAt, editionOrdinal)
        }
    }

    /// The result: what was received and what became of each opinion.
    package struct Result: Codable, Sendable, Equatable {
        /// 件 (submissions), 条 (opinions), 人次 (people), and how the opinions ended.
        package struct Counts: Codable, Sendable, Equatable {
            package var submissions = 0
            package var opinions = 0
            package var people = 0
            package var adopted = 0
            package var partlyAdopted = 0
            package var notAdopted = 0
            package var explained = 0
            package var transferred = 0
            package var invalid = 0
            /// Submissions that their authors took back.
            package var withdrawn = 0

            package init() {}
        }

        /// What came by one channel: 条 and 人次 of what was not taken back.
        package struct ChannelCounts: Codable, Sendable, Equatable {
            package var opinions: Int
            package var people: Int
            /// How the opinions ended; absent in older versions.
            package var outcomes: [String: Int]?

            package init(opinions: Int, people: Int, outcomes: [String: Int]? = nil) {
                (self.opinions, self.people, self.outcomes) = (opinions, people, outcomes)
            }
        }

        /// A hearing, forum or visit of the matter that is over.
        package struct GatheringCount: Codable, Sendable, Equatable {
            package var number: String
            /// hearing, forum, visit
            package var kind: String
            package var title: String
            /// The ISO date.
            package var heldOn: String
            /// 参加 or met, without those who held it.
            package var people: Int
            /// What was said, as it was recorded.
            package var entries: Int
            package var submissions: Int
            package var opinions: Int
            /// How the opinions ended.
            package var outcomes: [String: Int]

            package init(
                number: String, kind: String, title: String, heldOn: String, people: Int, entries: Int,
                submissions: Int, opinions: Int, outcomes: [String: Int]
            ) {
                (self.number, self.kind, self.title, self.heldOn) = (number, kind, title, heldOn)
                (self.people, self.entries) = (people, entries)
                (self.submissions, self.opinions, self.outcomes) = (submissions, opinions, outcomes)
            }
        }

        package struct QuestionnaireCount: Codable, Sendable, Equatable {
            package var number: String
            /// questionnaire, poll
            package var kind: String
            package var title: String
            /// 份 that count.
            package var sheets: Int

            package init(number: String, kind: String, title: String, sheets: Int) {
                (self.number, self.kind, self.title, self.sheets) = (number, kind, title, sheets)
            }
        }

        /// 书面征求意见, in offices that were asked. Each counts once: a reply after its day is late, whatever it said.
        package struct Letters: Codable, Sendable, Equatable {
            package var asked: Int
            package var opinion: Int
            package var none: Int
            package var late: Int
            /// 视为无意见: the letter said what silence means.
            package var deemed: Int
            package var unanswered: Int

            package init(asked: Int, opinion: Int, none: Int, late: Int, deemed: Int, unanswered: Int) {
                (self.asked, self.opinion, self.none) = (asked, opinion, none)
                (self.late, self.deemed, self.unanswered) = (late, deemed, unanswered)
            }
        }

        package struct Opinion: Codable, Sendable, Equatable {
            package var ordinal: Int
            /// The number of the submission.
            package var number: String
            /// 反馈人: 网民1, 村民2, a unit, or a masked name its bearer agreed to.
            package var label: String
            package var passage: String?
            /// Nil where the words are hidden; the row and its answer still count.
            package var body: String?
            package var outcome: String
            /// In words, also what stands apart below.
            package var reason: String
            /// Where what was adopted shows, and by which ISO date; nil where a change is linked instead.
            package var effect: String?
            package var effectOn: String?
            /// How many say nearly the same and are answered alike, with itself; nil for one.
            package var alike: Int?

            package init(
                ordinal: Int, number: String, label: String, passage: String?, body: String?, outcome: String,
                reason: String, effect: String? = nil, effectOn: String? = nil, alike: Int? = nil
            ) {
                (self.ordinal, self.number, self.label, self.passage) = (ordinal, number, label, passage)
                (self.body, self.outcome, self.reason) = (body, outcome, reason)
                (self.effect, self.effectOn, self.alike) = (effect, effectOn, alike)
            }
        }

        package var title: String
        package var unit: String
        package var opensAt: Date
        package var closesAt: Date
        /// Submissions by channel: web, counter, phone, letter, mail, meeting.
        package var channels: [String: Int]
        /// By channel; absent in versions from before they were counted.
        package var channelCounts: [String: ChannelCounts]?
        /// Absent where nobody was asked by letter.
        package var written: Letters?
        /// Absent where there was none.
        package var gatherings: [GatheringCount]?
        package var questionnaires: [QuestionnaireCount]?
        package var counts: Counts
        /// Absent once published: the rows then live in their own table, where one of them can be sealed.
        package var opinions: [Opinion]?
        package var nextStep: String
        /// Of a version that corrects another: what and why, in the organiser's words.
        package var correction: String?
        package var unitAtFoot: String
        /// The ISO date at the foot.
        package var dateAtFoot: String

        package init(
            title: String, unit: String, opensAt: Date, closesAt: Date, channels: [String: Int], counts: Counts,
            opinions: [Opinion]?, nextStep: String, unitAtFoot: String, dateAtFoot: String,
            channelCounts: [String: ChannelCounts]? = nil, written: Letters? = nil, correction: String? = nil,
            gatherings: [GatheringCount]? = nil, questionnaires: [QuestionnaireCount]? = nil
        ) {
            (self.gatherings, self.questionnaires) = (gatherings, questionnaires)
            self.correction = correction
            (self.title, self.unit, self.opensAt, self.closesAt) = (title, unit, opensAt, closesAt)
            (self.channelCounts, self.written) = (channelCounts, written)
            (self.channels, self.counts, self.opinions) = (channels, counts, opinions)
            (self.nextStep, self.unitAtFoot, self.dateAtFoot) = (nextStep, unitAtFoot, dateAtFoot)
        }
    }

    /// The JSON that is frozen: sorted keys and ISO 8601 times, so that the same content has the same hash.
    package static func encode(_ content: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(content), as: UTF8.self)
    }

    package static func decode<Content: Decodable>(_ type: Content.Type, from json: String) throws -> Content {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(json.utf8))
    }
}
