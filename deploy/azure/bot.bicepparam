using 'bot.bicep'

param url = 'https://steps.example.nhs.uk'
param appId = '00000000-0000-0000-0000-000000000000'
param identity = 'SingleTenant'
