document.title = "Redial Queue";
