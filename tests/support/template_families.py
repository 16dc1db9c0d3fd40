"""The first lot of template families, in many languages: the last rules were made after a look at their editions."""

from support.template_editions import Family

WEATHER = Family(
    "weather",
    "en",
    "{entity} weather: {sky} on November {day}",
    "Good morning, {entity}. Here is what to expect from the sky on November {day}.\n"
    "The day starts {sky} with {wind} winds from the {side}. By noon it turns {sky}, and the afternoon stays {feel}. "
    "Highs reach {n:2:19} degrees; tonight it drops to {n:0:9} under a {sky} sky.\n"
    "Commuters should allow {time} for the evening drive. Cyclists will find the river path {feel}. "
    "Gardeners may want to "
    "cover tender plants if the forecast changes during the night.\n"
    "The long-range outlook remains uncertain, as it always does at this time of the year. Our forecast "
    "is put together "
    "from the national service's models and from readers' stations, and a new one appears here every morning.",
    ("Millbrook", "Easton Ferry", "Kettlewick", "Port Anselm"),
    {
        "sky": ("cloudy", "bright", "drizzly", "foggy", "mostly clear", "overcast", "rainy"),
        "wind": ("light", "brisk", "strong", "variable"),
        "side": ("north", "south-west", "east", "west"),
        "feel": ("pleasant", "damp", "chilly", "raw", "mild"),
        "time": ("a few extra minutes", "half an hour more", "no extra time"),
    },
)
HOROSCOPE = Family(
    "horoscope",
    "fr",
    "Horoscope du {day} novembre : {entity}",
    "{entity}, voici ce que les astres vous réservent pour la journée du {day} novembre.\n"
    "Amour : {love}. Si vous êtes en couple, {love}. Célibataire, gardez l'esprit ouvert et ne vous "
    "fermez aucune porte.\n"
    "Travail : {work}. Vos collègues remarquent vos efforts et {work}.\n"
    "Santé : {health}. Pensez à boire beaucoup d'eau et à dormir suffisamment.\n"
    "Notre conseil du jour : prenez le temps de respirer et faites confiance à votre intuition. "
    "Retrouvez chaque matin "
    "l'horoscope complet des douze signes, préparé par notre astrologue, sur notre site et dans notre application.",
    ("Bélier", "Taureau", "Gémeaux", "Cancer"),
    {
        "love": (
            "une rencontre inattendue change vos plans",
            "la patience vous rapproche de l'être aimé",
            "dites franchement ce que vous avez sur le cœur",
            "un malentendu se dissipe dans la soirée",
        ),
        "work": (
            "une proposition vous ouvre de nouvelles voies",
            "mieux vaut terminer ce qui traîne",
            "votre supérieur attend une réponse claire",
            "un projet ancien revient sur la table",
        ),
        "health": (
            "la fatigue se fait sentir en fin de journée",
            "vous débordez d'énergie",
            "ménagez votre dos",
            "évitez les repas trop lourds",
        ),
    },
)
BLOTTER = Family(
    "police_blotter",
    "de",
    "POL-{entity}: Pressebericht vom {day}. November",
    "{entity} (ots) - {street}: Am Vortag gegen {n:6:22} Uhr {crime}. Der Schaden beträgt nach ersten Schätzungen "
    "{n:200:9000} Euro. Ein {n:18:80}-jähriger {place} meldete den Vorfall der Wache.\n"
    "{street}: In der Nacht {crime}. Die Beamten nahmen eine Anzeige auf und sicherten Spuren.\n"
    "Zeugen, die Hinweise zu einem der Vorfälle geben können, werden gebeten, sich mit der Polizei in {entity} in "
    "Verbindung zu setzen. Hinweise nimmt jede Dienststelle entgegen.\n"
    "Rückfragen von Medienvertretern bitte an die Pressestelle. Außerhalb der Bürozeiten wenden Sie sich "
    "bitte an die "
    "Leitstelle. Original-Content von der Polizeidirektion, übermittelt durch den Presseservice.",
    ("Altmoor", "Birkenrode", "Coldewey", "Dornhagen"),
    {
        "street": ("Marktstraße", "Am Wall", "Lindenallee", "Bahnhofsplatz", "Kirchgasse"),
        "crime": (
            "brachen Unbekannte in ein Gartenhaus ein",
            "beschädigte ein Autofahrer eine Laterne und fuhr davon",
            "entwendeten Diebe zwei Fahrräder",
            "kam es zu einem Streit zwischen Nachbarn",
        ),
        "place": ("Anwohner", "Spaziergänger", "Hausmeister"),
    },
)
RATES = Family(
    "rates",
    "ru",
    "Курс валют на {day} ноября: {entity}",
    "Банк {entity} установил официальные курсы иностранных валют на {day} ноября. Доллар США стоит "
    "{n:70:99},{n:10:99} "
    "рубля, евро — {n:80:110},{n:10:99} рубля, юань — {n:10:14},{n:10:99} рубля.\n"
    "По сравнению с предыдущим днём доллар {move}, евро {move}. Участники рынка ждут решения регулятора по ключевой "
    "ставке и следят за ценами на нефть.\n"
    "Напомним, официальный курс используется для расчётов с бюджетом и не обязывает банки покупать или продавать "
    "валюту по этой цене. Данные обновляются ежедневно, кроме выходных и праздничных дней.",
    ("Северный", "Восток", "Приморье", "Уралпром"),
    {"move": ("подорожал", "подешевел", "почти не изменился")},
)
QUAKE = Family(
    "quake",
    "ja",
    "{entity}で震度{n:1:5}の地震 津波の心配なし",
    "{day}日午後{n:1:11}時{n:10:59}分ごろ、{entity}で震度{n:1:5}を観測する地震がありました。気象当局によ"
    "りますと、震源地は{sea}で、"
    "震源の深さは約{n:10:90}キロ、地震の規模を示すマグニチュードは{n:3:6}.{n:0:9}と推定されます。\n"
    "この地震による津波の心配はありません。今のところ、けが人や建物の被害の情報は入っていません。\n"
    "揺れの強かった地域では、今後一週間ほど同じ程度の地震に注意してください。最新の情報を確認し、落ち着い"
    "て行動してください。",
    ("北浜市", "南川町", "東岬村", "西原市"),
    {"sea": ("県北部", "沖合", "県南部", "内陸部", "湾内")},
)
POLLEN = Family(
    "pollen",
    "es",
    "Polen en {entity}: niveles del {day} de noviembre",
    "Los alérgicos de {entity} pueden consultar aquí los niveles de polen previstos para el {day} de noviembre.\n"
    "Gramíneas: nivel {level}. Olivo: nivel {level}. Plátano de sombra: nivel {level}. Ciprés: nivel {level}. "
    "Artemisa: nivel {level}.\n"
    "La calidad del aire será {level2} durante la mañana y {level2} por la tarde. El viento soplará {wind}.\n"
    "Los especialistas recomiendan ventilar la casa a primera hora, usar gafas de sol y evitar el ejercicio al aire "
    "libre en las horas centrales del día. Si los síntomas persisten, acuda a su médico. La información "
    "procede de la "
    "red de estaciones y se publica a diario.",
    ("Villalba del Río", "Montoro Alto", "Fuentesanta", "Puerto Claro"),
    {
        "level": ("bajo", "medio", "alto", "muy alto", "nulo"),
        "level2": ("buena", "regular", "desfavorable"),
        "wind": ("flojo del norte", "moderado del sur", "flojo y variable", "con rachas fuertes"),
    },
)
NET_ASSETS = Family(
    "net_assets",
    "en",
    "{entity}: Net Asset Value(s)",
    "{entity} announces that its unaudited net asset value per ordinary share at the close of business "
    "on {day} November, "
    "calculated in accordance with the guidelines of the trade association, was as follows.\n"
    "Capital only: {n:100:400}.{n:10:99}p. Including current period revenue: {n:100:400}.{n:10:99}p.\n"
    "The net asset value is calculated with financial assets at bid value and with debt at fair value. "
    "Borrowings are "
    "valued at their redemption price. The company's holdings in unquoted securities are valued by the "
    "directors, who "
    "review them every six months and whenever an event makes a review necessary. Shares held in "
    "treasury are left out "
    "of the calculation. The figures have not been audited, and past performance is no guide to what comes.\n"
    "Neither the contents of the company's website nor the contents of any website that can be reached "
    "from it form part "
    "of this announcement. For further information please contact the company secretary during business hours.",
    ("Harrowgate Income Trust plc", "Lomond Smaller Companies plc", "Tern Bay Growth plc", "Ashdown European plc"),
)
MANDI = Family(
    "mandi",
    "hi",
    "{entity} मंडी भाव {day} नवंबर: आज के ताजा दाम",
    "{entity} कृषि उपज मंडी में {day} नवंबर को गेहूं का भाव {n:2000:2900} रुपये प्रति क्विंटल रहा। "
    "सोयाबीन {n:4000:5200} रुपये और चना "
    "{n:5000:6500} रुपये प्रति क्विंटल बिका। मंडी में कुल {n:500:9000} बोरी की आवक हुई।\n"
    "व्यापारियों का कहना है कि आने वाले दिनों में भाव में {move} रह सकती है। किसानों को सलाह दी जाती है "
    "कि वे अपनी उपज को सुखाकर और साफ करके "
    "ही मंडी में लाएं।\nमंडी का समय सुबह से शाम तक है। ये भाव मंडी समिति से मिली जानकारी पर आधारित हैं "
    "और रोज अपडेट किए जाते हैं।",
    ("इंदौर", "उज्जैन", "देवास", "धार"),
    {"move": ("तेजी", "मंदी", "स्थिरता")},
)
STOCK_NOTICE = Family(
    "stock_notice",
    "zh",
    "{entity}：股东减持股份进展公告",
    "{entity}股份有限公司于{day}日收到股东通知，该股东通过集中竞价方式减持公司股份{n:10:90}万股，占公司总"
    "股本的{n:0:3}.{n:10:99}%，"
    "减持均价为每股{n:5:60}.{n:10:99}元。本次减持后，该股东仍持有公司股份{n:100:900}万股。\n"
    "本次减持符合相关法律法规和交易所业务规则的规定，与此前披露的减持计划一致。本次减持不会导致公司控制权发生变化，"
    "也不会对公司治理结构和持续经营产生重大影响。公司将继续关注股东减持计划的实施情况，并按照规定及时履行"
    "信息披露义务。"
    "敬请广大投资者理性投资，注意投资风险。特此公告。",
    ("华岭科技", "东泽医药", "北辰新材", "江远电子"),
)
LISTINGS = Family(
    "tv_tonight",
    "it",
    "Stasera in tv {day} novembre: cosa vedere su {entity}",
    "Cosa c'è stasera in tv? Ecco la programmazione di {entity} per la serata del {day} novembre, con film, serie e "
    "trasmissioni da non perdere.\n"
    "In prima serata alle 21.{n:10:40} va in onda {show}. A seguire, {show}. In seconda serata spazio a "
    "{show}, mentre nella "
    "notte {entity} propone {show}.\n"
    "Tutti i programmi si possono vedere anche in streaming sul sito dell'emittente, previa "
    "registrazione gratuita. La "
    "programmazione può subire variazioni dell'ultimo minuto. Torna domani per scoprire la nuova guida alla serata.",
    ("Canale Uno", "Rete Sette", "Tele Mare", "Italia Film"),
    {
        "show": (
            "il thriller La Porta Chiusa con Marta Venini",
            "la commedia Vacanze a Ostuni",
            "una nuova puntata di Medici di Paese",
            "il quiz La Grande Scala condotto da Aldo Bresci",
            "il documentario Mari Profondi",
            "la replica di Cucina di Nonna",
            "il film d'azione Linea Rossa con Piero Santi",
        )
    },
)
ROADWORKS = Family(
    "roadworks",
    "nl",
    "Werkzaamheden rond {entity} op {day} november",
    "Weggebruikers rond {entity} moeten op {day} november rekening houden met werkzaamheden.\n"
    "De {road} is tussen {town} en {town} afgesloten van {n:18:22} uur tot {n:5:7} uur. Het verkeer "
    "wordt omgeleid via de "
    "{road}. De vertraging kan oplopen tot {n:5:45} minuten.\n"
    "Ook op de {road} bij {town} wordt gewerkt; daar geldt een lagere maximumsnelheid.\n"
    "Rijkswaterstaat adviseert automobilisten om voor vertrek de actuele verkeersinformatie te "
    "raadplegen. Hulpdiensten "
    "kunnen de werkvakken altijd passeren. De planning hangt af van het weer en kan op het laatste "
    "moment veranderen.",
    ("Oudewater", "Zandwijk", "Meerdam", "Hoogveld"),
    {
        "road": ("A2", "A27", "N210", "N304", "A50", "A12"),
        "town": ("Lage Brug", "Kruisdorp", "De Weel", "Noorderhaven", "Broek"),
    },
)
DEATHS = Family(
    "death_notice",
    "pl",
    "Nekrolog: {first} {last}",
    "Z głębokim żalem zawiadamiamy, że dnia {day} listopada zmarł w wieku {n:40:99} lat {first} {last}, wieloletni "
    "mieszkaniec miejscowości {entity}. Rodzina prosi o modlitwę.\n"
    "Msza święta żałobna zostanie odprawiona w kościele parafialnym w miejscowości {entity}, po czym "
    "nastąpi odprowadzenie "
    "zmarłego na miejscowy cmentarz. O smutnej uroczystości zawiadamia pogrążona w żalu rodzina.\n"
    "Zamiast kwiatów rodzina prosi o wsparcie hospicjum. Kondolencje można składać w księdze wyłożonej "
    "przed kościołem. "
    "Redakcja składa rodzinie i bliskim wyrazy współczucia.",
    ("Brzozowa", "Stare Pole", "Lipniki", "Dębina"),
    {
        "first": ("Jan", "Adam", "Marek", "Tadeusz", "Piotr", "Zenon"),
        "last": ("Kowalik", "Borowy", "Sikorny", "Wilczak", "Grabek", "Olszan"),
    },
)
FAMILIES = (
    WEATHER, HOROSCOPE, BLOTTER, RATES, QUAKE, POLLEN, NET_ASSETS, MANDI, STOCK_NOTICE, LISTINGS, ROADWORKS, DEATHS,
)  # fmt: skip
