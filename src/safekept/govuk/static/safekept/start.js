// Says, before the page is drawn, that scripts work: GOV.UK's styles hide conditional questions only then.
document.documentElement.classList.add("sk-scripted");
document.body.classList.add("js-enabled", "govuk-frontend-supported");
