"""What each discipline is about, subject by subject, as its syllabus prints it in Kazakh, Russian and English."""

from __future__ import annotations

# A discipline's number alone on a line, then its subjects in the order in which they are taught.
_SUBJECTS = """
101
Сүйектер мен олардың қосылыстары|Кости и их соединения|Bones and Joints
Бұлшықеттер мен шандырлар|Мышцы и фасции|Muscles and Fasciae
Асқорыту жүйесі ағзалары|Органы пищеварительной системы|Organs of the Digestive System
Тыныс алу жүйесі ағзалары|Органы дыхательной системы|Organs of the Respiratory System
Жүрек және қан тамырлары|Сердце и кровеносные сосуды|The Heart and Blood Vessels
Орталық жүйке жүйесі|Центральная нервная система|The Central Nervous System
Сезім мүшелері|Органы чувств|Sense Organs
102
Денсаулық сақтаудағы ақпараттық жүйелер|Информационные системы в здравоохранении|Information Systems in Health Care
Электрондық денсаулық паспорты|Электронный паспорт здоровья|The Electronic Health Record
Деректер қоры және сұраныстар|Базы данных и запросы|Databases and Queries
Медициналық бейнелерді өңдеу|Обработка медицинских изображений|Medical Image Processing
Дербес деректерді қорғау|Защита персональных данных|Protection of Personal Data
Телемедицина|Телемедицина|Telemedicine
Жасанды интеллект диагностикада|Искусственный интеллект в диагностике|Artificial Intelligence in Diagnostics
103
Дәрігер мен науқас диалогы|Диалог врача и пациента|The Dialogue of Doctor and Patient
Медициналық терминдер|Медицинские термины|Medical Terms
Ауру тарихын жазу|Написание истории болезни|Writing a Case History
Дәріханадағы сөйлесім|Разговор в аптеке|A Conversation in the Pharmacy
Ғылыми мәтінді талдау|Разбор научного текста|Reading a Scientific Text
104
Ежелгі Қазақстан|Древний Казахстан|Ancient Kazakhstan
Түркі мемлекеттері|Тюркские государства|The Turkic States
Қазақ хандығы|Казахское ханство|The Kazakh Khanate
Қазақстан ХХ ғасырдың басында|Казахстан в начале ХХ века|Kazakhstan in the Early 20th Century
Қазақстан соғыс жылдарында|Казахстан в годы войны|Kazakhstan in the War Years
Тәуелсіз Қазақстан|Независимый Казахстан|Independent Kazakhstan
Қазақстандағы медицина тарихы|История медицины Казахстана|History of Medicine in Kazakhstan
105
Ерітінділер және олардың қасиеттері|Растворы и их свойства|Solutions and Their Properties
Химиялық термодинамика|Химическая термодинамика|Chemical Thermodynamics
Буферлік жүйелер|Буферные системы|Buffer Systems
Кешенді қосылыстар|Комплексные соединения|Complex Compounds
Электрохимия негіздері|Основы электрохимии|Basics of Electrochemistry
Дисперсті жүйелер|Дисперсные системы|Dispersed Systems
Биоорганикалық қосылыстар|Биоорганические соединения|Bioorganic Compounds
106
Жасуша құрылысы|Строение клетки|The Structure of the Cell
Нуклеин қышқылдары|Нуклеиновые кислоты|Nucleic Acids
Ақуыз биосинтезі|Биосинтез белка|Protein Biosynthesis
Жасуша циклі және апоптоз|Клеточный цикл и апоптоз|The Cell Cycle and Apoptosis
Тұқым қуалау заңдылықтары|Закономерности наследования|Patterns of Inheritance
Мутациялар және генетикалық аурулар|Мутации и генетические болезни|Mutations and Genetic Diseases
Молекулалық диагностика әдістері|Методы молекулярной диагностики|Methods of Molecular Diagnostics
107
Өсімдік жасушасы|Растительная клетка|The Plant Cell
Өсімдік ұлпалары|Растительные ткани|Plant Tissues
Тамыр мен сабақ|Корень и стебель|Root and Stem
Жапырақ және фотосинтез|Лист и фотосинтез|The Leaf and Photosynthesis
Гүл мен жеміс|Цветок и плод|Flower and Fruit
Қосжарнақты дәрілік өсімдіктер|Двудольные лекарственные растения|Dicotyledonous Medicinal Plants
Оңтүстік Қазақстан өсімдіктері|Растения Южного Казахстана|Plants of South Kazakhstan
201
Эпителий ұлпасы|Эпителиальная ткань|Epithelial Tissue
Дәнекер ұлпа|Соединительная ткань|Connective Tissue
Қан және лимфа|Кровь и лимфа|Blood and Lymph
Бұлшықет ұлпасы|Мышечная ткань|Muscle Tissue
Жүйке ұлпасы|Нервная ткань|Nervous Tissue
Асқорыту түтігінің құрылысы|Строение пищеварительной трубки|Structure of the Digestive Tube
Эмбриология негіздері|Основы эмбриологии|Basics of Embryology
202
Қозу және тежелу|Возбуждение и торможение|Excitation and Inhibition
Жүрек қызметі және қан айналым|Деятельность сердца и кровообращение|Heart Function and Circulation
Тыныс алу физиологиясы|Физиология дыхания|Physiology of Respiration
Асқорыту физиологиясы|Физиология пищеварения|Physiology of Digestion
Бүйрек және су-тұз алмасуы|Почки и водно-солевой обмен|Kidneys and Water-Salt Balance
Ішкі секреция бездері|Железы внутренней секреции|Endocrine Glands
Жоғары жүйке әрекеті|Высшая нервная деятельность|Higher Nervous Activity
203
Бактериялар морфологиясы|Морфология бактерий|Morphology of Bacteria
Вирустар және олардың көбеюі|Вирусы и их размножение|Viruses and Their Replication
Антибиотиктерге төзімділік|Устойчивость к антибиотикам|Antibiotic Resistance
Туа біткен иммунитет|Врождённый иммунитет|Innate Immunity
Жүре пайда болған иммунитет|Приобретённый иммунитет|Adaptive Immunity
Вакциналар мен сарысулар|Вакцины и сыворотки|Vaccines and Sera
Ішек инфекцияларының қоздырғыштары|Возбудители кишечных инфекций|Agents of Intestinal Infections
204
Ақуыздар мен ферменттер|Белки и ферменты|Proteins and Enzymes
Көмірсулар алмасуы|Обмен углеводов|Carbohydrate Metabolism
Липидтер алмасуы|Обмен липидов|Lipid Metabolism
Аминқышқылдар алмасуы|Обмен аминокислот|Amino Acid Metabolism
Биологиялық тотығу|Биологическое окисление|Biological Oxidation
Гормондар биохимиясы|Биохимия гормонов|Biochemistry of Hormones
Бауыр және қан биохимиясы|Биохимия печени и крови|Biochemistry of Liver and Blood
205
Философияның пайда болуы|Возникновение философии|The Origins of Philosophy
Болмыс және таным|Бытие и познание|Being and Knowledge
Ғылым философиясы|Философия науки|Philosophy of Science
Сана және тіл|Сознание и язык|Mind and Language
Биоэтика мәселелері|Вопросы биоэтики|Questions of Bioethics
Қазақ философиясы|Казахская философия|Kazakh Philosophy
Адам және қоғам|Человек и общество|The Individual and Society
206
Жасуша зақымдануы және дистрофия|Повреждение клетки и дистрофии|Cell Injury and Dystrophies
Некроз және апоптоз|Некроз и апоптоз|Necrosis and Apoptosis
Қан айналым бұзылыстары|Нарушения кровообращения|Disorders of Circulation
Қабыну|Воспаление|Inflammation
Ісіктер|Опухоли|Tumours
Атеросклероз және гипертония|Атеросклероз и гипертония|Atherosclerosis and Hypertension
Туберкулез|Туберкулёз|Tuberculosis
207
Дәрілік өсімдік шикізаты|Лекарственное растительное сырьё|Medicinal Plant Raw Materials
Алкалоидтар|Алкалоиды|Alkaloids
Флавоноидтар|Флавоноиды|Flavonoids
Эфир майлары|Эфирные масла|Essential Oils
Сапониндер|Сапонины|Saponins
Шикізатты стандарттау|Стандартизация сырья|Standardisation of Raw Materials
Өсімдіктерді жинау және кептіру|Сбор и сушка растений|Gathering and Drying of Plants
208
Дәріханада кеңес беру|Консультирование в аптеке|Counselling in the Pharmacy
Ауырсынуды өздігінен емдеу|Самолечение при боли|Self-Medication of Pain
Суық тию кезіндегі көмек|Помощь при простуде|Care for the Common Cold
Аллергия кезіндегі көмек|Помощь при аллергии|Care for Allergies
Дәрілерді бірге қолдану|Совместное применение лекарств|Using Medicines Together
209
Тері құрылысы және косметика|Строение кожи и косметика|The Skin and Cosmetics
Эмульсиялар мен кремдер|Эмульсии и кремы|Emulsions and Creams
Тазартқыш құралдар|Очищающие средства|Cleansing Products
Күннен қорғау құралдары|Солнцезащитные средства|Sun Protection
Шаш күтімі|Уход за волосами|Hair Care
Консерванттар|Консерванты|Preservatives
Сапаны бақылау|Контроль качества|Quality Control
301
Науқасты сұрастыру және қарап тексеру|Расспрос и осмотр больного|Interview and Examination of a Patient
Өкпе перкуссиясы және аускультациясы|Перкуссия и аускультация лёгких|Percussion and Auscultation of the Lungs
Жүрек аускультациясы|Аускультация сердца|Auscultation of the Heart
Электрокардиография|Электрокардиография|Electrocardiography
Іш қуысын пальпациялау|Пальпация живота|Palpation of the Abdomen
Бүйрек ауруларының белгілері|Симптомы болезней почек|Signs of Kidney Diseases
Эндокриндік аурулар белгілері|Симптомы эндокринных болезней|Signs of Endocrine Diseases
302
Ауа ортасының гигиенасы|Гигиена воздушной среды|Hygiene of the Air
Су және сумен жабдықтау гигиенасы|Гигиена воды и водоснабжения|Hygiene of Water and Water Supply
Топырақ және елді мекендер гигиенасы|Гигиена почвы и населённых мест|Hygiene of Soil and Settlements
Еңбек гигиенасы|Гигиена труда|Occupational Hygiene
Балалар мен жасөспірімдер гигиенасы|Гигиена детей и подростков|Hygiene of Children and Adolescents
Эпидемиялық үдеріс|Эпидемический процесс|The Epidemic Process
Ауруханаішілік инфекциялар|Внутрибольничные инфекции|Hospital-Acquired Infections
303
Фармакокинетика|Фармакокинетика|Pharmacokinetics
Фармакодинамика|Фармакодинамика|Pharmacodynamics
Вегетативті жүйкеге әсер ететін дәрілер|Средства, влияющие на вегетативные нервы|Drugs Acting on Autonomic Nerves
Ауырсынуды басатын дәрілер|Болеутоляющие средства|Analgesics
Жүрек-қан тамыр дәрілері|Сердечно-сосудистые средства|Cardiovascular Drugs
Антибиотиктер|Антибиотики|Antibiotics
Гормондық дәрілер|Гормональные средства|Hormonal Drugs
304
Сипаттамалы статистика|Описательная статистика|Descriptive Statistics
Ықтималдық және үлестірімдер|Вероятность и распределения|Probability and Distributions
Сенім аралықтары|Доверительные интервалы|Confidence Intervals
Болжамдарды тексеру|Проверка гипотез|Testing Hypotheses
Корреляция және регрессия|Корреляция и регрессия|Correlation and Regression
Өміршеңдік талдауы|Анализ выживаемости|Survival Analysis
Клиникалық зерттеуді оқу|Как читать клиническое исследование|How to Read a Clinical Trial
305
Қоғамдық денсаулық көрсеткіштері|Показатели общественного здоровья|Indicators of Public Health
Медициналық демография|Медицинская демография|Medical Demography
Алғашқы медициналық көмек|Первичная медицинская помощь|Primary Health Care
Ауруханалық көмекті ұйымдастыру|Организация больничной помощи|Organisation of Hospital Care
Медициналық сақтандыру|Медицинское страхование|Health Insurance
Аурулардың алдын алу|Профилактика заболеваний|Disease Prevention
Денсаулық сақтауды басқару|Управление здравоохранением|Health Care Management
306
Науқастың құқықтары|Права пациента|Rights of the Patient
Дәрігерлік құпия|Врачебная тайна|Medical Confidentiality
Ақпараттандырылған келісім|Информированное согласие|Informed Consent
Дәрігердің жауапкершілігі|Ответственность врача|Liability of the Doctor
Медициналық сараптама|Медицинская экспертиза|Medical Examination by Experts
Дәрілер айналымы туралы заң|Закон об обращении лекарств|The Law on Medicines
Трансплантология құқығы|Право трансплантологии|The Law of Transplantation
307
Қатты дәрілік түрлер|Твёрдые лекарственные формы|Solid Dosage Forms
Таблетка өндірісі|Производство таблеток|Manufacture of Tablets
Сұйық дәрілік түрлер|Жидкие лекарственные формы|Liquid Dosage Forms
Инъекциялық ерітінділер|Инъекционные растворы|Solutions for Injection
Жұмсақ дәрілік түрлер|Мягкие лекарственные формы|Soft Dosage Forms
Аэрозольдер|Аэрозоли|Aerosols
Тиісті өндірістік тәжірибе|Надлежащая производственная практика|Good Manufacturing Practice
308
Ұтымды тамақтану негіздері|Основы рационального питания|Basics of Rational Nutrition
Ақуыздар мен майлардың маңызы|Значение белков и жиров|The Role of Proteins and Fats
Дәрумендер мен минералдар|Витамины и минералы|Vitamins and Minerals
Тағамдық уланулар|Пищевые отравления|Food Poisoning
Емдік тамақтану|Лечебное питание|Therapeutic Nutrition
Тамақ өнімдерін сараптау|Экспертиза пищевых продуктов|Examination of Foodstuffs
Тағамдық қоспалар|Пищевые добавки|Food Additives
309
Гомеопатия тарихы мен қағидалары|История и принципы гомеопатии|History and Principles of Homeopathy
Дәрілік шикізат|Исходные вещества|Starting Materials
Потенциялау|Потенцирование|Potentiation
Түйіршіктер мен тамшылар|Гранулы и капли|Granules and Drops
Сапа және қауіпсіздік|Качество и безопасность|Quality and Safety
Дәлелдер және сын|Доказательства и критика|Evidence and Criticism
Заңдық реттеу|Правовое регулирование|Legal Regulation
401
Дәрілерді дербестендіріп таңдау|Персонализированный выбор лекарств|Personalised Choice of Drugs
Артериялық гипертония фармакотерапиясы|Фармакотерапия артериальной гипертонии|Drug Therapy of Hypertension
Жүрек жеткіліксіздігінің фармакотерапиясы|Фармакотерапия сердечной недостаточности|Drug Therapy of Heart Failure
Қант диабетінің фармакотерапиясы|Фармакотерапия сахарного диабета|Drug Therapy of Diabetes
Дәрілердің жағымсыз әсерлері|Нежелательные реакции на лекарства|Adverse Drug Reactions
402
Фармакоэпидемиологиялық зерттеулер|Фармакоэпидемиологические исследования|Pharmacoepidemiological Studies
Фармакологиялық қадағалау|Фармаконадзор|Pharmacovigilance
Дәрілерді тұтыну талдауы|Анализ потребления лекарств|Analysis of Drug Use
Фармакоэкономика|Фармакоэкономика|Pharmacoeconomics
Формулярлық жүйе|Формулярная система|The Formulary System
403
Антибиотик таңдау қағидалары|Принципы выбора антибиотика|Principles of Choosing an Antibiotic
Пневмонияны емдеу|Лечение пневмоний|Treatment of Pneumonia
Хирургиядағы антибиотикпен алдын алу|Антибиотикопрофилактика в хирургии|Antibiotic Prophylaxis in Surgery
Төзімді қоздырғыштар|Устойчивые возбудители|Resistant Pathogens
Стационардағы антибиотик саясаты|Политика антибиотиков в стационаре|Antibiotic Policy of a Hospital
404
Қандағы дәрі деңгейін өлшеу|Измерение концентрации лекарств в крови|Measuring Drug Levels in Blood
Аминогликозидтер мониторингі|Мониторинг аминогликозидов|Monitoring of Aminoglycosides
Эпилепсияға қарсы дәрілер мониторингі|Мониторинг противоэпилептических средств|Monitoring of Antiepileptic Drugs
Дигоксин мониторингі|Мониторинг дигоксина|Monitoring of Digoxin
Мөлшерді түзету|Коррекция дозы|Dose Adjustment
405
Клиникалық сұрақты құру|Постановка клинического вопроса|Asking a Clinical Question
Әдебиетті іздеу|Поиск литературы|Searching the Literature
Рандомизацияланған зерттеулер|Рандомизированные исследования|Randomised Trials
Жүйелі шолулар|Систематические обзоры|Systematic Reviews
Клиникалық хаттамалар|Клинические протоколы|Clinical Guidelines
"""

Titles = tuple[str, str, str]


def subjects() -> dict[str, list[Titles]]:
    """A discipline's number → its subjects, each in Kazakh, Russian and English."""
    found: dict[str, list[Titles]] = {}
    number = ""
    for line in _SUBJECTS.split("\n"):
        if line.isdigit():
            number = line
            found[number] = []
        elif line:
            kk, ru, en = line.split("|")
            found[number].append((kk, ru, en))
    return found
