"""The words of the short code: plain things, the same 512 in each language, in the same order.

A word and its translation stand at the same place, so that a screen in English and one in
Spanish can still be compared by what the words mean. No two words of a language are spelled
alike; a word is never moved or replaced, or two versions of the program would disagree.
"""

from __future__ import annotations

WORD_BITS = 9

_ENGLISH = """
apple peach plum cherry grape lemon orange banana mango melon coconut strawberry olive almond
walnut peanut tomato potato carrot onion garlic pepper cabbage lettuce spinach celery cucumber
pumpkin radish bean lentil corn rice wheat barley bread butter cheese milk cream egg honey sugar
salt vinegar mustard soup salad sandwich pizza cookie chocolate candy jam juice coffee water ice
chicken turkey duck goose swan eagle hawk owl crow dove parrot peacock penguin ostrich flamingo
dog cat mouse rabbit hamster squirrel beaver badger fox wolf bear lion tiger leopard elephant
giraffe zebra camel horse donkey cow bull sheep lamb goat pig monkey gorilla kangaroo koala
panda deer bison buffalo crocodile lizard turtle snake frog shark whale dolphin octopus crab
lobster shrimp snail worm spider ant bee wasp butterfly mosquito cricket beetle head eyebrow ear
mouth tooth tongue lip neck shoulder arm elbow hand finger thumb knee foot bone heart house roof
wall floor door window stairs kitchen bathroom bedroom garden garage balcony chimney fence key
lock table chair sofa bed pillow blanket sheet curtain carpet lamp candle mirror clock drawer
shelf wardrobe oven stove refrigerator plate cup glass bottle jug fork knife spoon bowl kettle
tray napkin tablecloth bucket broom sponge soap towel comb brush perfume hammer screw rope chain
wire shovel rake axe scissors needle thread button zipper shirt pants skirt dress jacket coat
sweater sock shoe boot sandal hat scarf glove belt pocket necktie ring necklace bracelet crown
umbrella handbag backpack suitcase wallet coin paper pencil eraser ruler notebook book newspaper
magazine letter envelope stamp map calendar dictionary poem story song music dance guitar piano
violin flute trumpet drum harp accordion bell whistle microphone radio television telephone
camera computer keyboard screen battery magnet engine wheel bicycle motorcycle car bus truck
tractor train airplane helicopter rocket balloon kite boat ship sailboat submarine anchor bridge
tunnel road street avenue corner sidewalk square park fountain statue tower castle palace church
temple school university library museum theater hospital pharmacy bakery market store restaurant
hotel factory office farm barn city village island beach desert forest jungle meadow field
valley hill mountain volcano cave cliff river lake ocean waterfall stream sand stone rock mud
dust gold silver iron copper bronze steel diamond emerald ruby pearl coal oil wood leather wool
cotton silk plastic rubber glue paint tree branch leaf root trunk seed flower rose tulip daisy
sunflower violet lily orchid carnation cactus grass moss mushroom fern bamboo pine oak willow
palm sun moon star planet sky cloud rain snow wind storm thunder lightning rainbow fog fire
smoke shadow light morning night midnight week month year spring summer autumn winter monday
friday january april august december red blue green yellow white black purple pink gray brown
circle triangle cube line father mother brother sister grandmother grandfather uncle cousin
neighbor friend teacher student doctor nurse dentist baker butcher farmer fisherman gardener
carpenter painter barber cook waiter sailor pilot driver soldier king queen prince princess
clown magician dragon giant ghost angel game ball doll puzzle chess soccer tennis swimming medal
trophy flag gift party wedding birthday basket box barrel pipe compass
"""

_SPANISH = """
manzana durazno ciruela cereza uva limón naranja plátano mango melón coco fresa aceituna
almendra nuez cacahuate tomate papa zanahoria cebolla ajo pimienta repollo lechuga espinaca apio
pepino calabaza rábano frijol lenteja maíz arroz trigo cebada pan mantequilla queso leche crema
huevo miel azúcar sal vinagre mostaza sopa ensalada sándwich pizza galleta chocolate caramelo
mermelada jugo café agua hielo pollo pavo pato ganso cisne águila halcón búho cuervo paloma loro
pavorreal pingüino avestruz flamenco perro gato ratón conejo hámster ardilla castor tejón zorro
lobo oso león tigre leopardo elefante jirafa cebra camello caballo burro vaca toro oveja cordero
cabra cerdo mono gorila canguro koala panda venado bisonte búfalo cocodrilo lagarto tortuga
serpiente rana tiburón ballena delfín pulpo cangrejo langosta camarón caracol gusano araña
hormiga abeja avispa mariposa mosquito grillo escarabajo cabeza ceja oreja boca diente lengua
labio cuello hombro brazo codo mano dedo pulgar rodilla pie hueso corazón casa techo pared piso
puerta ventana escalera cocina baño dormitorio jardín garaje balcón chimenea cerca llave candado
mesa silla sofá cama almohada manta sábana cortina alfombra lámpara vela espejo reloj cajón
estante armario horno estufa refrigerador plato taza vaso botella jarra tenedor cuchillo cuchara
tazón tetera bandeja servilleta mantel cubeta escoba esponja jabón toalla peine cepillo perfume
martillo tornillo cuerda cadena alambre pala rastrillo hacha tijeras aguja hilo botón cremallera
camisa pantalón falda vestido chaqueta abrigo suéter calcetín zapato bota sandalia sombrero
bufanda guante cinturón bolsillo corbata anillo collar pulsera corona paraguas bolso mochila
maleta cartera moneda papel lápiz goma regla cuaderno libro periódico revista carta sobre
estampilla mapa calendario diccionario poema cuento canción música baile guitarra piano violín
flauta trompeta tambor arpa acordeón campana silbato micrófono radio televisión teléfono cámara
computadora teclado pantalla pila imán motor rueda bicicleta motocicleta automóvil autobús
camión tractor tren avión helicóptero cohete globo cometa bote barco velero submarino ancla
puente túnel camino calle avenida esquina acera plaza parque fuente estatua torre castillo
palacio iglesia templo escuela universidad biblioteca museo teatro hospital farmacia panadería
mercado tienda restaurante hotel fábrica oficina granja granero ciudad aldea isla playa desierto
bosque selva pradera campo valle colina montaña volcán cueva acantilado río lago océano cascada
arroyo arena piedra roca lodo polvo oro plata hierro cobre bronce acero diamante esmeralda rubí
perla carbón aceite madera cuero lana algodón seda plástico caucho pegamento pintura árbol rama
hoja raíz tronco semilla flor rosa tulipán margarita girasol violeta lirio orquídea clavel
cactus pasto musgo hongo helecho bambú pino roble sauce palmera sol luna estrella planeta cielo
nube lluvia nieve viento tormenta trueno relámpago arcoíris niebla fuego humo sombra luz mañana
noche medianoche semana mes año primavera verano otoño invierno lunes viernes enero abril agosto
diciembre rojo azul verde amarillo blanco negro morado rosado gris marrón círculo triángulo cubo
línea padre madre hermano hermana abuela abuelo tío primo vecino amigo maestro estudiante médico
enfermera dentista panadero carnicero granjero pescador jardinero carpintero pintor barbero
cocinero mesero marinero piloto conductor soldado rey reina príncipe princesa payaso mago dragón
gigante fantasma ángel juego pelota títere rompecabezas ajedrez fútbol tenis natación medalla
trofeo bandera regalo fiesta boda cumpleaños canasta caja barril tubo brújula
"""

ENGLISH = tuple(_ENGLISH.split())
SPANISH = tuple(_SPANISH.split())

WORDS = {"en": ENGLISH, "es": SPANISH}
"""By language; every list has `2 ** WORD_BITS` words."""
