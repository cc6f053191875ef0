//! The sets of phrases that patterns name, divided by `/`.

/// Each set with its phrases. They are written as people say them.
pub(super) const SETS: &[(&str, &str)] = &[
    // Heads.
    (
        "dont",
        "dont / never / not / not to / dont you dare / dont even think about / dont try to / dont bother / dont bother to \
         / dont you try to / dont never / never try to / dont want you to / may not / must never / mustnt / better not / should not \
         / no longer / dont let anyone / dont let them / dont let nobody / dont have anyone / dont have anybody / dont think you can",
    ),
    (
        "call",
        "call / call up / phone / contact / dial / text / ring / reach out / reach out to / solicit / bother / bug / annoy / disturb \
         / pester / harass / hound / message / spam / keep calling / be calling / be contacting / be bothering / try calling \
         / try to call / cold call / telephone / robocall / try to contact / attempt to contact / attempt to call / get in touch with \
         / call or text / call or contact / text or call / call and bother / calling / contacting / continue calling \
         / continue to call / keep bothering / be harassing / call or email / contact or call / go calling / have anyone call \
         / let anyone call / keep bugging / keep pestering / keep harassing / keep contacting / keep ringing / keep texting / keep messaging \
         / keep dialing / keep phoning / keep annoying / hit me up / hit my line / hit my phone / follow up / follow up with / check in with / come calling / keep on calling / try to reach / try and call",
    ),
    (
        "calling",
        "calling / phoning / contacting / ringing / bothering / dialing / texting / messaging / harassing / reaching out \
         / reaching out to / soliciting / disturbing / pestering / hounding / bugging / annoying / spamming / call in / blowing up \
         / trying to call / trying to reach / trying to contact / telephoning / robocalling / cold calling / calling and texting \
         / calling and bothering / call / to call / keep calling / all the calling / with the calling / all this calling \
         / calling and calling / calling up / hitting me up / hitting my phone / hitting my phone up / hitting my line / blowing my phone up / tormenting / stalking / robo calling / spam calling / prank calling / phone calling",
    ),
    (
        "called",
        "called / contacted / bothered / phoned / disturbed / texted / solicited / telephoned / harassed / called or texted / reached",
    ),
    (
        "stop",
        "stop / quit / cease / halt / discontinue / refrain from / desist from / give up / knock off / you stop / knock it off with / stop it with / stop it already with / quit it with / cut it out with",
    ),
    (
        "calls",
        "calls / call / phone calls / the calls / these calls / your calls / all the calls / those calls / this call / robocalls \
         / robo calls / sales calls / spam calls / telemarketing calls / solicitation calls / all calls / these phone calls \
         / the phone calls / your phone calls / marketing calls / cold calls / any calls / any more calls / texts and calls \
         / calls and texts / calls or texts / texts / text messages / telemarketers / solicitations",
    ),
    ("your", "your / youre / the / this / that / these / those / all / any / every / my"),
    ("are_you", "are you / do you / did you / are you still / you"),
    // Tails.
    (
        "me",
        "me / us / here / this number / this phone / this line / this house / this home / this residence / this place / this cell \
         / this cellphone / that number / my number / my phone / my house / my home / my line / our number / our house / our home \
         / our phone / the house / to me / to us / to this number / my landline / at this number / on this number / on this phone \
         / on this line / at my number / at this house / me here / us here / me or my family / me and my family / my family \
         / anyone here / anybody here / any of us / me or my wife / me or my husband / these numbers / any of my numbers \
         / either number / this landline / this address / my residence / up my phone / my phone up / this telephone / this telephone number \
         / with me / for me / for us / nobody here / my cell / my cellphone / my mobile / this mobile / this household / my household \
         / a este numero / aqui / a mi casa / a este telefono / a mi numero / a mi telefono / a mi celular / por telefono / a esta casa \
         / me up / in this house",
    ),
    (
        "place",
        "here / at this number / on this number / on this phone / at home / at my house / at this house / about this / about that \
         / about anything / about insurance / about it / for this / for any reason / for anything / for nothing / for insurance \
         / from this number / from that number / from this company / from your company / with this / about medicare / at this phone \
         / at this residence / on my phone / at my number / a este numero / aqui / a mi casa / a este telefono / for that / about no insurance",
    ),
    (
        "again",
        "again / anymore / no more / back / in the future / from now on / at all / another time / one more time / any longer / forever \
         / in future / going forward / for any reason / under any circumstances / period / ever / back again / again anymore / back anymore / now and forever \
         / another day / right away / this instant / at once / altogether / completely / for good / once and for all / for the last time \
         / every day / everyday / all day / constantly / nonstop / all the time / all day long / every five minutes / every hour \
         / every single day / ten times a day / day and night / nadie / over and over / again and again / and again / repeatedly / from today on \
         / or text / or texting / or email / or contact me / or bother me / y'all / you hear me / you hear / starting now / effective now \
         / mas / nunca / nunca mas / otra vez / de nuevo / jamas / mas nunca / ya / todos los dias / a cada rato / tanto",
    ),
    // What begins a new clause when there is no punctuation.
    (
        "next",
        "i / im / ive / id / ill / we / you / youre / youve / he / she / they / this / thats / its / and / or / because / cause / cuz / but \
         / ok / okay / thanks / thank / bye / goodbye / no / nope / not / never / stop / dont / quit / take / remove / delete / lose / what \
         / why / who / how / my / nobody / leave / get / go / do / every / all / from / sorry / have / alright / all right / anyway \
         / with / already / is / it / your / our / yes / yeah / god / jesus / for this / about this / in any / by phone / before i call the \
         / before i sue / before i report / or else / or ill / im done / asshole / idiot / then / would / could / can / will / if youre / sir / maam \
         / mister / lady / buddy / man / altogether / dude / as soon / there / the / estoy / soy / no / ya / yo / que / porque / y / gracias / adios \
         / pero / es / esto / me / deje / dejen / quite / si no / ni / o / se / le / les / ustedes / senor / senora / senorita / oiga / esta / por dios",
    ),
    // The same behind a phrase that is whole without a tail.
    (
        "done",
        "i / im / ive / id / ill / you / youre / youve / and / or / because / cause / cuz / but / ok / okay / thanks / thank / bye / goodbye / no / nope \
         / not / never / stop / dont / quit / what / why / who / how / leave me / sorry / alright / anyway / already / yes / yeah / now / right now / today \
         / permanently / completely / immediately / asap / as soon / forever / if you / sir / maam / would you / could you / can you / do not / this is \
         / thats / its / from all / hang up / at once / before i / or else / then / were / we / ahora / ya / gracias / y / no / senor / senora / estoy / inmediatamente",
    ),
    (
        "limit",
        "now / right now / today / tonight / tomorrow / later / early / earlier / late / before / after / until / till / til / while / when \
         / whenever / during / between / past / at / in the morning / in the afternoon / in the evening / in the middle / on sunday / on sundays \
         / on monday / on mondays / on saturday / on saturdays / on friday / on weekends / on the weekend / on tuesday / on wednesday / on thursday \
         / on my / on the / sundays / saturdays / weekends / this week / this month / this morning / this evening / this afternoon / this early \
         / this late / this weekend / that early / that late / for a / for another / for the next / for two / for three / for about / next / as \
         / unless / if / except / only / first thing / mornings / nights / evenings / through / via / by five / by six / more than / twice \
         / from a / from blocked / from different / from unknown / from private / about / for / in the / in a / in an / in front / around \
         / without / because im driving / ahora / hoy / manana / esta noche / esta semana / tarde / temprano / antes / despues / hasta / cuando \
         / mientras / a esta hora / a estas horas / en la / por la / los domingos / los sabados / tan / al trabajo / en el / al mediodia / a las \
         / de noche / mas tarde / luego",
    ),
    (
        "write",
        "text me / text / email me / email / send me / mail me / write me / just text / just email / message me / write / mail",
    ),
    (
        "name",
        "sir / maam / madam / miss / mrs / mr / mister / missus / ms / honey / hon / sweetie / sweetheart / darling / dear / baby / babe \
         / buddy / bud / bro / brother / dude / pal / boss / chief / son / kid / boy / girl / lady / names / name / that / a / an / the / stupid \
         / crazy / dumb / ignorant / old / liar / cheap / lazy / rude / mean / by / collect / doctor / doc / grandma / grandpa / guy / out / racist \
         / selfish / uncle / captain / cute / sweety / love / sugar / that name / young man / young lady / ridiculous / paranoid \
         / senor / senora / senorita / asi / por mi nombre / mijo / mija / loco / loca / mentiroso / don / dona / de usted / de tu",
    ),
    (
        "else",
        "it / him / her / them / that / an / the police / the cops / the bank / the doctor / the office / people / anyone / anybody / everybody \
         / everyone / around / off / out / on / my doctor / my agent / my insurance / my wife to / insurance companies / for quotes / for quotes \
         / other companies / the insurance / the company / another / him back / her back / them back / for an / a lawyer / an ambulance \
         / customers / me when you know / themselves / yourself / myself / attention / bingo / in sick / spelling / my bluff / nine one one / 911 / with the spelling / you / you back",
    ),
    (
        "mine",
        "my wife / my husband / my work / my job / my office / my mother / my mom / my dad / my father / my kids / my son / my daughter / my boss \
         / my brother / my sister / my parents / my cell / my cellphone / my mobile / my other / my old / my business / my neighbor / my girlfriend \
         / my boyfriend / my ex / my ex wife / my ex husband / my friend / my friends / my agent / my doctor / my bank \
         / my insurance / my lawyer / work",
    ),
    // Lists.
    (
        "remove",
        "remove / take / delete / erase / scratch / cross / strike / drop / cut / wipe / scrub / pull / purge / clear / eliminate / removing / taking \
         / deleting / yank / omit / exclude / dump / kick / move / cancel",
    ),
    ("erase", "remove / delete / erase / scrub / purge / eliminate / unlist / wipe / scratch"),
    ("get", "get / have / keep / leave / lose / want / getting / need"),
    (
        "myself",
        "me / us / my number / my name / this number / our number / our name / my info / my information / my details / my contact / my contacts \
         / my contact information / my contact info / this name / that number / my phone / this phone / my data / my cell number / my cellphone number \
         / my cellphone / this cell / my home number / my home phone / my house / our house / this house / this household / this address / my address \
         / my name and number / my number and name / my landline / me and my wife / me and my husband / my wife and i / this line / these numbers \
         / my numbers / all my numbers / my number please / this person / my email / my file / my record / my records / my wife / my husband \
         / me completely / me permanently / my entire / me right now",
    ),
    ("off", "off / from / of / out"),
    (
        "list",
        "list / lists / database / databases / record / records / system / systems / file / files / queue / dialer / rotation / registry / roster / call list \
         / calling / contacts / directory / mailing / campaign / computer / books / book / crm / leads / lead list / phone list / sheet / marketing \
         / calls / line / log / phonebook / program / distribution / spreadsheet / data / list list / least / lisp / lista / listas / sistema / base \
         / registro / registros / lisst",
    ),
    (
        "harmless_place",
        "hold / speaker / speakerphone / mute / the phone / bluetooth / policy / account / accounts / plan / loan / title / mortgage / lease / deed / quote \
         / insurance / coverage / card / will / medication / medicine / meds / auto pay / autopay / group / chat / work / school / diabetes / computer screen \
         / guard / church / payroll / contract / deal / headphones / headset / call waiting / transfer / waitlist / waiting list / airport / doctor / job \
         / family plan / cobra / medicaid / medicare / file cabinet / benefits / membership / train / bus / park / shift",
    ),
    (
        "removed",
        "removed / taken off / deleted / taken out / erased / scrubbed / unsubscribed / opted out / taken away / crossed off / dropped / wiped",
    ),
    (
        "registry",
        "do not call list / do not call registry / do not call database / do not call / no call list / dnc / dnc list / do not contact list \
         / do not call me list / dont call list / d n c / do not contact / no call registry / do not call register / no calling list / never call list",
    ),
    (
        "put",
        "put / add / place / include / enter / stick / get / throw / mark / list / register / flag / sign / putting / want to be / be / code / tag",
    ),
    (
        "registered",
        "im / weare / ive / weve / i / number is / number has / number / im already / registered / is / phone is / been / signed up / were / we",
    ),
    (
        "negated",
        "dont / didnt / never / not / wont / wouldnt / havent / couldnt / isnt / doesnt / cant / not going to / dont have to / no need to",
    ),
    (
        "curse",
        "fuck off / piss off / get lost / go to hell / go fuck yourself / fuck you / screw you / bug off / buzz off / drop dead / eat shit / shove it",
    ),
    (
        "threat",
        "sue / suing / lawyer / attorney / police / report / reporting / ftc / fcc / court / cops / block / blocking / sued / reported \
         / law / harassment / charges",
    ),
    (
        "relatives",
        "mother / mothers / mom / moms / dad / dads / father / fathers / wife / wifes / husband / husbands / son / sons / daughter / daughters \
         / brother / brothers / sister / sisters / parents / grandmother / grandmothers / grandfather / grandfathers / grandma / grandmas / family",
    ),
    (
        "coverage",
        "paperless / uninsured / underinsured / pip / coverage / arbitration / autopay / auto / billing / mail / email / emails / electronic \
         / medicare / medicaid / benefits / plan / gap / roadside / rental / collision / comprehensive / dental / vision / newsletter / school \
         / work / it / insurance / statements / union",
    ),
    // Wrong numbers.
    (
        "thing",
        "problem / problems / need / rush / reason / internet / service / signal / reception / garage / pool / dog / dogs / pets / kids / children \
         / driver / drivers / smoker / smokers / alarm / mortgage / parking / car / cars / other / hurry / one / nobody / insurance / pressure",
    ),
    (
        "here",
        "here / at this number / at this address / at this house / on this number / in this house / there / at this phone / in this household / around here",
    ),
    (
        "they",
        "he / she / they / that person / this person / that man / that woman / that lady / that guy / hes / shes / person / mr / mrs / the person \
         / nobody / my mother / my father / my husband / my wife / my mom / my dad / my brother / my sister / my son / my daughter / my grandmother / my grandfather",
    ),
    (
        "stranger",
        "he / she / they / that person / this person / that man / that woman / that lady / that guy / hes / shes / person / mr / mrs / the person / nobody",
    ),
    ("them", "him / her / that person / them"),
    ("back", "back / again / later"),
    (
        "when",
        "later / tomorrow / at / after / around / in / when / on / before / tonight / monday / tuesday / wednesday / thursday / friday / saturday \
         / sunday / next / this afternoon / this evening / any time / anytime / between / another / about / now / instead / by / back / some other / once \
         / manana / despues / mas tarde / a las / luego / el lunes / en la",
    ),
    // Spanish.
    (
        "llame",
        "llame / llamen / llames / marque / marquen / marques / moleste / molesten / molestes / contacte / contacten / contactes / hable / hablen / hables \
         / busque / busquen / fastidie / fastidien / llama / escriba / escriban / siga llamando / sigan llamando / sigas llamando / este llamando \
         / esten llamando / estes llamando / este molestando / esten molestando / insista / insistan / vaya a llamar / vayan a llamar / llamar / llamarme / molestar / molestarme / chingue / chinguen / joda / jodan",
    ),
    (
        "llamar",
        "llamar / llamarme / llamarnos / molestar / molestarme / molestarnos / marcar / marcarme / contactar / contactarme / hablar / hablarme / llamando \
         / molestando / marcando / estar llamando / estarme llamando / estar molestando / insistir / fastidiar / fastidiarme / buscarme / estarme molestando / chingar / chingando / estar chingando / joder / jodiendo / estar jodiendo / dar lata / dando lata",
    ),
    ("vuelva", "vuelva / vuelvan / vuelvas / vuelve"),
    ("siga", "siga / sigan / sigas"),
    (
        "deje",
        "deje / dejen / deja / dejenme / dejeme / dejame / pare / paren / para / dejes / parenle / parele / basta / ya deje / ya dejen / cese / cesen",
    ),
    (
        "quite",
        "quite / quiten / quita / saque / saquen / saca / borre / borren / borra / elimine / eliminen / elimina / remueva / remuevan / remueve / tache / tachen / retire / retiren / cancele / cancelen / suprima",
    ),
    (
        "quiteme",
        "quiteme / quitenme / quitame / saqueme / saquenme / sacame / borreme / borrenme / borrame / elimineme / eliminenme / eliminame / remuevame / remuevanme / tacheme / retireme / retirenme / suprimame / desuscribame / deme de baja / denme de baja / dame de baja / dar de baja / darme de baja",
    ),
    (
        "olvide",
        "olvide / olviden / olvida / olvides / olvidese / olvidense / olvidate / pierda / pierdan / pierde / bote / boten / tire / tiren",
    ),
    ("vuelven", "vuelve / vuelven / vuelves / llama / llaman / sigue / siguen / sigues / vuelva / vuelvan"),
    (
        "demando",
        "demando / demandar / demandarlos / demanda / policia / abogado / denuncio / denunciar / reporto / reportar / reportarlos / bloqueo / bloquear / corte",
    ),
    (
        "quitarme",
        "quitarme / sacarme / borrarme / eliminarme / removerme / retirarme / darme de baja / quitarnos / sacarnos / borrarnos / tacharme",
    ),
    ("quitar", "quitar / sacar / borrar / eliminar / remover / retirar / tachar"),
    ("puede", "puede / pueden / podria / podrian / puedes / favor de / favor / quiero / necesito / que / a"),
    (
        "ella",
        "el / ella / esposo / esposa / madre / padre / mama / papa / persona / hermano / hermana / ya / senor / senora",
    ),
];
