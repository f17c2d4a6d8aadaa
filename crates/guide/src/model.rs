//! The compiled form of `content/`: what a signed pack holds and the step machine walks.
//! The source form (TOML, one file a guide) is read by `build` and never reaches a browser.

use case::{Map, wire_and_flat};

wire_and_flat! {
    /// A text in every language the app speaks.
    pub struct Text {
        /// Simplified Chinese.
        zh: String,
        /// English.
        en: String,
    }

    /// How far a source may be trusted (law 3): only A and B may instruct.
    pub enum Grade : str {
        /// Regulator, standard's own text, or the manufacturer's own page.
        A = "A",
        /// Copy of such a text: mirror, newspaper, owner's copy of a manual.
        B = "B",
        /// Forum or question-and-answer page; a lead, never an instruction.
        C = "C",
        /// Unverified.
        U = "U",
    }

    /// Where a fact comes from. Shown with every instruction.
    pub struct Source {
        /// Name by which nodes cite it.
        id: String,
        /// Title as printed.
        title: String,
        /// Address or bibliographic place.
        at: String,
        /// How far it may be trusted.
        grade: Grade,
        /// Edition or date of the text, as printed.
        edition: String,
        /// Day on which a person last compared our text with it, `YYYY-MM-DD`.
        checked: String,
    }

    /// What a telephone number is for.
    pub enum Service : str {
        /// Police.
        Police = "police",
        /// Fire brigade.
        Fire = "fire",
        /// Ambulance.
        Ambulance = "ambulance",
        /// All emergencies (112, 999).
        Emergency = "emergency",
        /// Traffic police.
        Traffic = "traffic",
        /// Motorway rescue line.
        Road = "road",
    }

    /// A number of the region.
    pub struct Number {
        /// What answers there.
        service: Service,
        /// Digits to dial; for a text-only number, where to send.
        dial: String,
        /// Name beside the number.
        name: Text,
        /// Reached by SMS instead of voice.
        [default] sms: bool,
        /// A limit the caller must know ("not for emergencies", "may be delayed").
        [default] note: Option<Text>,
        /// Source.
        src: Vec<String>,
    }

    /// A country with its own rules (law 4).
    pub struct Region {
        /// ISO 3166-1 alpha-2, lower case.
        id: String,
        /// Name.
        name: Text,
        /// Numbers, the most urgent first.
        numbers: Vec<Number>,
        /// Whether maps there use GCJ-02, so that shown coordinates are converted.
        [default] gcj02: bool,
        /// The service's own hotline, as dialled from this region.
        [default] hotline: String,
        /// Where the driver's SMS goes; empty where none is set up.
        [default] sms: String,
    }

    /// What a node asks of the driver.
    pub enum Kind : str {
        /// A question; the options are the answers.
        Ask = "ask",
        /// One action; the options say done, or why not.
        Act = "act",
        /// Input on a form of the app, named in `form`.
        Form = "form",
        /// Decides by facts and shows nothing.
        Gate = "gate",
        /// The way ends here with a disposition.
        End = "end",
    }

    /// A form that the app itself knows how to show.
    pub enum Form : str {
        /// Road, direction, kilometre post by keypad.
        Post = "post",
        /// Tunnel name and wall box or kilometre mark.
        Tunnel = "tunnel",
        /// Car park level and bay.
        CarPark = "carpark",
        /// Position of the device with accuracy.
        Position = "position",
        /// Address or landmark in words.
        Words = "words",
        /// Model of the car, which sets the fact `vehicle`.
        Vehicle = "vehicle",
        /// Distance meter while walking away from the car.
        Meter = "meter",
        /// A photo for the case.
        Photo = "photo",
    }

    /// Where a way ends. Ordered from the most to the least urgent.
    pub enum Disposition : str {
        /// Out and away from the car, fire brigade.
        Evacuate = "evacuate",
        /// Emergency number now (injury, illness, danger to life).
        Emergency = "emergency",
        /// The car stays; rescue comes.
        Rescue = "rescue",
        /// An agent decides.
        Agent = "agent",
        /// Somebody else than us is called (charge-point operator, insurer).
        Operator = "operator",
        /// Another guide helps, named in `then`.
        Guide = "guide",
        /// Helped: the problem is gone.
        Solved = "solved",
    }

    /// An answer, an outcome of an action, or a reason for skipping it.
    pub struct Choice {
        /// Name within the node.
        id: String,
        /// Words on the button.
        text: Text,
        /// Drawing on the button.
        [default] pic: String,
        /// Next node: `node`, or `guide/node`.
        next: String,
        /// Facts that this answer establishes: `name=value`.
        [default] sets: Vec<String>,
        /// This answer skips what was asked; it is the reason.
        [default] skip: bool,
    }

    /// A branch of a gate.
    pub struct Branch {
        /// All of these facts must hold: `name=value`, or `name!=value`. Empty: always.
        [default] when: Vec<String>,
        /// Next node.
        next: String,
    }

    /// One screen, or a decision between screens.
    pub struct Step {
        /// Name within the guide.
        id: String,
        /// What it asks.
        kind: Kind,
        /// The one sentence: question, action, or result. Empty for a gate.
        say: Text,
        /// At most two more sentences.
        [default] more: Option<Text>,
        /// What must not be done here.
        [default] warn: Option<Text>,
        /// Drawing, a name in `content/pictures.svg`.
        [default] pic: String,
        /// Sources of the instruction.
        [default] src: Vec<String>,
        /// Answers, outcomes and reasons.
        [default] choices: Vec<Choice>,
        /// Branches of a gate, tried in order; the last is unconditional.
        [default] branches: Vec<Branch>,
        /// The form of a form node.
        [default] form: Option<Form>,
        /// Least distance in metres for the meter form.
        [default] metres: u32,
        /// The disposition of an end node.
        [default] end: Option<Disposition>,
        /// The guide that goes on, for the disposition `guide`.
        [default] then: String,
        /// Facts that reaching this node establishes: `name=value`.
        [default] sets: Vec<String>,
        /// A detail for the crew that cannot change the disposition; asked all the same.
        [default] detail: bool,
    }

    /// A graph of steps without cycles.
    pub struct Guide {
        /// Name.
        id: String,
        /// Heading.
        title: Text,
        /// First step.
        start: String,
        /// A way through the driver's safety; it is shown on every screen in big letters.
        [default] safety: bool,
        /// The steps, in the order in which an expert reads them.
        steps: Vec<Step>,
    }

    /// A model of car, as the driver names it.
    pub struct Vehicle {
        /// Name, the value of the fact `vehicle`.
        id: String,
        /// Maker.
        make: Text,
        /// Model and years.
        model: Text,
        /// Guides for this car by slot, e.g. `cord` for the emergency release.
        [default] guides: Map<String, String>,
    }

    /// Everything the app needs to know about one region. Signed; see `seal`.
    pub struct Pack {
        /// Version of this format.
        v: u16,
        /// Edition of the content, `YYYY-MM-DD` of its last change plus a counter.
        edition: String,
        /// The region.
        region: Region,
        /// Every cited source.
        sources: Vec<Source>,
        /// Every guide.
        guides: Vec<Guide>,
        /// Cars the driver can choose, the last of which is "another car".
        vehicles: Vec<Vehicle>,
    }
}

/// The format version this code reads.
pub const PACK_VERSION: u16 = 2;
